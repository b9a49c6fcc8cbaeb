/// SVG files as parts of a page.
enum InlineSVG {
  /// The elements of an SVG text, to stand within HTML: without prologue, titles and name spaces, which HTML implies, and
  /// with ids of its own, as every file that gnuplot writes uses the same.
  ///
  /// - Parameter alternative: what the picture shows; the outermost element says it.
  static func text(_ svg: String, prefix: String, alternative: String? = nil) -> String {
    var rewriter = Rewriter(input: Array(svg.utf8), prefix: Array(prefix.utf8), alternative: alternative)
    return rewriter.text()
  }

  /// Text within an attribute's double quotes or between tags.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

private struct Rewriter {
  let input: [UInt8]
  let prefix: [UInt8]
  var alternative: String?
  private var output: [UInt8] = []
  private var seenIds: Set<[UInt8]> = []
  private var position = 0

  init(input: [UInt8], prefix: [UInt8], alternative: String?) {
    self.input = input
    self.prefix = prefix
    self.alternative = alternative
  }

  mutating func text() -> String {
    // What stands before the first element is the prologue.
    var isInside = false
    while position < input.count {
      if input[position] != UInt8(ascii: "<") {
        if isInside { output.append(input[position]) }
        position += 1
      } else if follows("<!--") {
        skip(past: "-->")
      } else if follows("<?") || follows("<!") {
        skip(past: ">")
      } else if follows("<title") {
        skip(past: "</title>")
      } else if follows("<desc") {
        skip(past: "</desc>")
      } else {
        isInside = true
        tag()
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func follows(_ text: String) -> Bool { input[position...].starts(with: text.utf8) }

  private mutating func skip(past text: String) {
    while position < input.count, !follows(text) { position += 1 }
    position = min(input.count, position + text.utf8.count)
  }

  /// Copies a tag with its attributes changed.
  private mutating func tag() {
    copyName()
    if let alternative {
      output += Array(" role=\"img\" aria-label=\"\(InlineSVG.escaped(alternative))\"".utf8)
      self.alternative = nil
    }
    while position < input.count {
      while position < input.count, isSpace(input[position]) { position += 1 }
      guard position < input.count else { return }
      if input[position] == UInt8(ascii: ">") || input[position] == UInt8(ascii: "/") {
        let isEnd = input[position] == UInt8(ascii: ">")
        output.append(input[position])
        position += 1
        if isEnd { return }
        continue
      }
      attribute()
    }
  }

  /// Copies `<name` or `</name`.
  private mutating func copyName() {
    repeat {
      output.append(input[position])
      position += 1
    } while position < input.count && !isSpace(input[position]) && input[position] != UInt8(ascii: ">")
      && !(input[position] == UInt8(ascii: "/") && input[position - 1] != UInt8(ascii: "<"))
  }

  private mutating func attribute() {
    let start = position
    while position < input.count, input[position] != UInt8(ascii: "="), input[position] != UInt8(ascii: ">") {
      position += 1
    }
    var name = input[start..<position]
    while let last = name.last, isSpace(last) { name.removeLast() }
    position += 1
    while position < input.count, isSpace(input[position]) { position += 1 }
    guard position < input.count, input[position] == UInt8(ascii: "\"") || input[position] == UInt8(ascii: "'")
    else { return }
    let quote = input[position]
    let valueStart = position + 1
    position = valueStart
    while position < input.count, input[position] != quote { position += 1 }
    let value = input[valueStart..<min(position, input.count)]
    position += 1
    write(name, value, quote: quote)
  }

  private mutating func write(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, quote: UInt8) {
    if name.starts(with: "xmlns".utf8) { return }
    let isReference = name.elementsEqual("href".utf8) || name.elementsEqual("xlink:href".utf8)
    if name.elementsEqual("id".utf8), !seenIds.insert(Array(value)).inserted { return }
    output.append(UInt8(ascii: " "))
    output += isReference ? Array("href".utf8)[...] : name
    output += [UInt8(ascii: "="), quote]
    if name.elementsEqual("id".utf8) {
      output += prefix + value
    } else if isReference, value.first == UInt8(ascii: "#") {
      output += [UInt8(ascii: "#")] + prefix + value.dropFirst()
    } else {
      var rest = value
      let marker = Array("url(#".utf8)
      while let byte = rest.first {
        if rest.starts(with: marker) {
          output += marker + prefix
          rest.removeFirst(marker.count)
        } else {
          output.append(byte)
          rest.removeFirst()
        }
      }
    }
    output.append(quote)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
