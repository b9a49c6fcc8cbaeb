import Basics
import Foundation
import TestSupport
import Testing

@Suite struct MemoryLimitsTests {
  private let gigabyte = 1 << 30

  @Test func theBudgetIsHalfOfTheLeastLimit() {
    #expect(MemoryLimits(physical: 16 * gigabyte).budget == 8 * gigabyte)
    #expect(MemoryLimits(physical: 16 * gigabyte, controlGroup: 4 * gigabyte).budget == 2 * gigabyte)
    #expect(MemoryLimits(physical: 16 * gigabyte, controlGroup: 64 * gigabyte).budget == 8 * gigabyte)
    #expect(MemoryLimits(physical: 16 * gigabyte, addressSpace: gigabyte).budget == (gigabyte - 200 << 20) / 2)
    #expect(MemoryLimits(physical: 16 * gigabyte, addressSpace: 0).budget == 16 << 20)
  }

  @Test func whatIsFreeBoundsTheBudgetWhereItIsLessThanHalf() {
    #expect(MemoryLimits(physical: 16 * gigabyte, available: 12 * gigabyte).budget == 8 * gigabyte)
    #expect(MemoryLimits(physical: 16 * gigabyte, available: 2 * gigabyte).budget == 2 * gigabyte / 10 * 9)
  }

  @Test func theLeastLimitOfAGroupAndThoseAboveItCounts() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("max\n", to: "memory.max")
    _ = try folder.write("4294967296\n", to: "slice/memory.max")
    _ = try folder.write("8589934592\n", to: "slice/job/memory.max")
    #expect(ControlGroup.limit(ofGroupsIn: "0::/slice/job\n", mountedAt: folder.path) == 1 << 32)
    #expect(ControlGroup.limit(ofGroupsIn: "0::/\n", mountedAt: folder.path) == nil)
    #expect(ControlGroup.limit(ofGroupsIn: "", mountedAt: folder.path) == nil)
  }

  @Test func groupsOfTheFirstVersionAreReadToo() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("9223372036854771712\n", to: "memory/memory.limit_in_bytes")
    _ = try folder.write("1073741824\n", to: "memory/docker/x/memory.limit_in_bytes")
    let list = "12:cpu,cpuacct:/y\n5:memory:/docker/x\n"
    #expect(ControlGroup.limit(ofGroupsIn: list, mountedAt: folder.path) == 1 << 30)
    #expect(ControlGroup.limit(ofGroupsIn: "5:memory:/\n", mountedAt: folder.path) == nil)
  }
}

@Suite struct FolderLockTests {
  @Test func aFolderThatIsHeldNamesItsHolder() throws {
    let folder = try TemporaryFolder()
    let lock = try FolderLock(folder: folder.path, fileName: "x.lock")
    let error = #expect(throws: FolderBusy.self) { try FolderLock(folder: folder.path, fileName: "x.lock") }
    #expect(error?.description.contains("in use by process \(getpid());") == true)
    lock.release()
    let again = try FolderLock(folder: folder.path, fileName: "x.lock")
    again.release()
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/x.lock"))
  }

  /// Between taking the lock and writing its number a holder is not unknown, only not known yet.
  @Test func theNumberOfAHolderIsWaitedFor() throws {
    let folder = try TemporaryFolder()
    let descriptor = open(folder.path + "/x.lock", O_RDWR | O_CREAT, 0o644)
    try #require(flock(descriptor, LOCK_EX) == 0)
    let path = folder.path
    Thread.detachNewThread {
      usleep(100_000)
      _ = pwrite(descriptor, "4711\n", 5, 0)
    }
    let error = #expect(throws: FolderBusy.self) { try FolderLock(folder: path, fileName: "x.lock") }
    #expect(error?.description.contains("process 4711;") == true)
    close(descriptor)
  }

  @Test func aLockWhoseFolderIsGoneSaysSo() throws {
    let folder = try TemporaryFolder()
    let lock = try FolderLock(folder: folder.path, fileName: "x.lock")
    try FileManager.default.removeItem(atPath: folder.path + "/x.lock")
    #expect(throws: FileError.self) { try lock.checkIsInPlace() }
    lock.release()
  }
}

@Suite struct LongFileNameTests {
  @Test func namesAsLongAsNamesCanBeAreWritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + String(repeating: "x", count: 255)
    try AtomicFile.write("a", to: path)
    #expect(try String(decoding: AtomicFile.read(path), as: UTF8.self) == "a")
    try AtomicFile.remove(path + "x")
  }
}
