extension UnsafeMutablePointer {
  /// Room for at least one number, at the start of a line of the cache: sixteen numbers that are loaded at once then touch
  /// one line, not two.
  package static func allocate(alignedCapacity capacity: Int) -> UnsafeMutablePointer {
    UnsafeMutableRawPointer.allocate(byteCount: max(1, capacity) * MemoryLayout<Pointee>.stride, alignment: 64)
      .bindMemory(to: Pointee.self, capacity: max(1, capacity))
  }
}
