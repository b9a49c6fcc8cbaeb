import Basics
import Foundation
import Landmarks
import Testing

import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of a page in their order, read by a parser that forgives nothing.
private final class Elements: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
  }

  private(set) var all: [Element] = []
  private(set) var text = ""

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) { all.append(Element(name: name, attributes: attributes)) }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func named(_ name: String) -> [Element] { all.filter { $0.name == name } }
}

@Suite struct PageTests {
  /// An SVG with what gnuplot writes, ids twice included.
  private static let svg = """
    <?xml version="1.0" encoding="utf-8"  standalone="no"?>
    <svg
     width="64" height="48" viewBox="0 0 64 48" xmlns="http://www.w3.org/2000/svg"
     xmlns:xlink="http://www.w3.org/1999/xlink">
    <title>Gnuplot</title>
    <desc>Produced by GNUPLOT 5.4</desc>
    <defs><circle id='dot' r='1'/><use xlink:href='#dot' id='two' fill="url(#gray)"/></defs>
    <g id="plot"><title>data</title><text>id="x" &lt;1</text></g><!-- <g id="gone"> --><g id="plot"/>
    </svg>
    """

  private static let page = Page(
    title: "<script>alert(1)</script>", lead: "a & b",
    sections: [
      Section(
        "Same name",
        [
          .facts([("a & b", "\"c\"")]), .note("n<1"), .paragraph("p {{title}}"), .preformatted("  x\n y"),
          .table(
            PageTable(
              caption: "t", columns: [.init("name"), .init("value", isNumber: true)],
              rows: [["a<b", "2"], ["c", "10"]], emphasised: [1])),
        ]),
      Section(
        "Same name",
        [
          .figure(
            Figure(name: "one", svg: svg, caption: "<c>", alternative: "it \"is\" one", dataFile: "plots/a b.csv")),
          .figure(Figure(name: "one", svg: svg, caption: "d", alternative: "another")),
          .table(PageTable(caption: nil, columns: [.init("n", isNumber: true)], rows: [])),
        ]),
      Section(
        "表情",
        [
          .gallery([
            GalleryItem(
              imageDataURI: "data:image/png;base64,AA==", svgOverlay: "<path id=\"p\" d=\"M0 0h0\"/>", width: 48,
              height: 40, caption: "with", alternative: "a face"),
            GalleryItem(
              imageDataURI: nil, svgOverlay: "<path id=\"p\" d=\"M0 0h0\"/>", width: 48, height: 40,
              caption: "without", alternative: "landmarks"),
          ])
        ]),
    ])

  @Test func thePageIsWellFormedAndNoIdStandsTwice() throws {
    let elements = try Elements(Self.page.html)
    let ids = elements.all.compactMap { $0.attributes["id"] }
    #expect(ids.count == Set(ids).count && ids.count > 8)
    #expect(elements.named("html")[0].attributes["lang"] == "en")
  }

  @Test func textIsNeverMarkupAndNeverATemplate() throws {
    let html = Self.page.html
    #expect(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"))
    #expect(html.contains("a &amp; b") && html.contains("&quot;c&quot;") && html.contains("n&lt;1"))
    #expect(html.contains("p {{title}}") && html.contains("  x\n y"))
  }

  @Test func nothingIsFetchedFromOutsideTheFile() throws {
    let html = Self.page.html
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("@import"))
    for element in try Elements(html).all {
      if let source = element.attributes["src"] { #expect(source.hasPrefix("data:")) }
      #expect(element.name != "link" && element.name != "iframe")
    }
  }

  @Test func onlyThePagesOwnScriptAndStylesAreLetRun() throws {
    let html = Self.page.html
    let policy = try #require(
      try Elements(html).named("meta").first { $0.attributes["http-equiv"] != nil }?.attributes["content"])
    for (directive, element) in [("script-src", "script"), ("style-src-elem", "style")] {
      let parts = html.components(separatedBy: "<\(element)>")
      let content = try #require(parts.last?.components(separatedBy: "</\(element)>").first)
      let hash = Checksum.sha256(Data(content.utf8)).base64EncodedString()
      #expect(parts.count == 2 && policy.contains("\(directive) 'sha256-\(hash)'"), "\(directive)")
    }
    #expect(policy.contains("default-src 'none'") && !policy.contains("script-src 'unsafe-inline'"))
    #expect(html.matches(of: #/ on[a-z]+="/#).isEmpty)
  }

  @Test func headingsHaveStableAddressesThatTheContentsName() throws {
    let elements = try Elements(Self.page.html)
    let headings = elements.named("h2").compactMap { $0.attributes["id"] }
    #expect(headings == ["same-name", "same-name-2", "section"])
    let links = elements.named("a").compactMap { $0.attributes["href"] }
    for heading in headings { #expect(links.contains("#" + heading)) }
  }

  @Test func everyPictureSaysWhatItShows() throws {
    let elements = try Elements(Self.page.html)
    let pictures = elements.named("svg").filter { $0.attributes["aria-hidden"] != "true" }
    #expect(pictures.map { $0.attributes["aria-label"] } == ["it \"is\" one", "another", "landmarks"])
    #expect(pictures.allSatisfy { $0.attributes["role"] == "img" })
    #expect(elements.named("img").map { $0.attributes["alt"] } == ["a face"])
    #expect(elements.named("a").contains { $0.attributes["href"] == "plots/a%20b.csv" })
  }

  @Test func figuresKeepTheirIdsAndReferencesApart() {
    let html = Self.page.html
    for prefix in ["one_", "one-2_"] {
      for text in ["id='\(prefix)dot'", "href='#\(prefix)dot'", "url(#\(prefix)gray)", "id=\"\(prefix)plot\""] {
        #expect(html.contains(text), "\(text)")
      }
    }
    #expect(!html.contains("<?xml") && !html.contains("xmlns") && !html.contains("Gnuplot") && !html.contains("gone"))
    #expect(html.contains("<text>id=\"x\" &lt;1</text>"), "text is not taken for an attribute")
  }

  @Test func headersAreButtonsWithTheirScopeAndRowsHaveAName() throws {
    let elements = try Elements(Self.page.html)
    let headers = elements.named("th")
    #expect(headers.map { $0.attributes["scope"] } == ["col", "col", "row", "row", "col"])
    #expect(elements.named("button").count == 3)
    #expect(headers[1].attributes["class"] == "number" && headers[0].attributes["class"] == nil)
    #expect(elements.named("tr").compactMap { $0.attributes["class"] } == ["emphasised"])
  }

  @Test func bothSchemesAreReadable() throws {
    let html = Self.page.html
    let schemes = html.matches(of: /:root \{([^}]*)\}/).map { match in
      Dictionary(
        uniqueKeysWithValues: match.1.matches(of: /--([a-z-]+): #([0-9a-f]+)/).map { (String($0.1), String($0.2)) })
    }
    #expect(schemes.count == 2)
    func luminance(_ hex: String) throws -> Double {
      let long = hex.count == 3 ? hex.map { "\($0)\($0)" }.joined() : hex
      return ColorMap.luminance(try #require(UInt32(long, radix: 16)))
    }
    for scheme in schemes {
      for (text, ground) in [
        ("text", "ground"), ("quiet", "ground"), ("link", "ground"), ("text", "panel"), ("text", "mark"),
        ("warn-text", "warn"),
      ] {
        let (a, b) = (
          try luminance(try #require(scheme[text])), try luminance(try #require(scheme[ground]))
        )
        #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5, "\(text) on \(ground)")
      }
    }
  }

  @Test func landmarksAreDrawnWithinTheirFrame() throws {
    let shape = (0..<68).flatMap { [Double($0) - 20, Double($0 * $0) / 50] }
    let item = GalleryItem.landmarks(shape, scheme: .ibug68, caption: "c", alternative: "a")
    let html = Page(title: "t", lead: "", sections: [Section("s", [.gallery([item])])]).html
    let elements = try Elements(html)
    #expect(elements.named("path").count == 4 && elements.named("img").isEmpty)
    let box = try #require(elements.named("svg")[0].attributes["viewBox"]).split(separator: " ").compactMap {
      Double($0)
    }
    for path in elements.named("path") {
      let numbers = try #require(path.attributes["d"]).matches(of: /-?[0-9.]+ -?[0-9.]+/).map {
        $0.0.split(separator: " ").compactMap { Double($0) }
      }
      #expect(numbers.allSatisfy { (0...box[2]).contains($0[0]) && (0...box[3]).contains($0[1]) })
    }
  }
}
