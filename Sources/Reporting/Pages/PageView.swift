import Foundation

/// A page as its template sees it: every text by name, every address worked out.
///
/// A template looks for a name that is `nil` in what stands around it, so no two levels share a name that may be.
struct PageView {
  struct Part {
    let heading: String
    let slug: String
    let blocks: [Piece]
  }

  /// Exactly one of these is there.
  struct Piece {
    var facts: Facts?
    var note: String?
    var paragraph: String?
    var preformatted: String?
    var table: Table?
    var figure: Picture?
    var gallery: Gallery?
  }

  struct Facts {
    struct Fact {
      let name: String
      let value: String
    }
    let entries: [Fact]
  }

  struct Table {
    struct Header {
      let text: String
      let isNumber: Bool
    }
    struct Row {
      let isEmphasised: Bool
      let cells: [Cell]
    }
    struct Cell {
      let text: String
      let isNumber: Bool
      /// Whether the cell names its row.
      let isHeader: Bool
    }
    let tableCaption: String?
    let label: String
    let headers: [Header]
    let rows: [Row]
  }

  struct Picture {
    struct Link {
      let address: String
      let name: String
    }
    let svg: String
    let caption: String
    let link: Link?
  }

  struct Gallery {
    struct Item {
      let image: String?
      let drawing: String?
      let width: Int
      let height: Int
      let alternative: String
      let caption: String
    }
    let items: [Item]
  }

  let title: String
  let lead: String
  let policy = PageTemplate.policy
  let style = PageTemplate.style
  let script = PageTemplate.script
  let parts: [Part]

  init(_ page: Page) {
    var names = UniqueNames()
    title = page.title
    lead = page.lead
    let slugs = page.sections.map { names.slug($0.title) }
    parts = zip(page.sections, slugs).map { section, slug in
      Part(
        heading: section.title, slug: slug,
        blocks: section.blocks.map { block in Self.piece(block, section: section.title, names: &names) })
    }
  }

  private static func piece(_ block: Block, section: String, names: inout UniqueNames) -> Piece {
    switch block {
    case .facts(let facts): Piece(facts: Facts(entries: facts.map { Facts.Fact(name: $0.0, value: $0.1) }))
    case .note(let text): Piece(note: text)
    case .paragraph(let text): Piece(paragraph: text)
    case .preformatted(let text): Piece(preformatted: text)
    case .table(let table): Piece(table: Table(table, section: section))
    case .figure(let figure):
      Piece(
        figure: Picture(
          svg: InlineSVG.text(
            figure.svg, prefix: names.unique(figure.name) + "_", alternative: figure.alternative),
          caption: figure.caption,
          link: figure.dataFile.map { file in
            let address = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
            return Picture.Link(address: address, name: file)
          }))
    case .gallery(let items):
      Piece(
        gallery: Gallery(
          items: items.map { item in
            Gallery.Item(
              image: item.imageDataURI,
              drawing: item.svgOverlay.map { InlineSVG.text($0, prefix: names.unique("item") + "_") },
              width: item.width, height: item.height, alternative: item.alternative, caption: item.caption)
          }))
    }
  }
}

extension PageView.Table {
  fileprivate init(_ table: PageTable, section: String) {
    tableCaption = table.caption
    label = table.caption ?? section
    headers = table.columns.map { Header(text: $0.title, isNumber: $0.isNumber) }
    rows = table.rows.enumerated().map { index, texts in
      Row(
        isEmphasised: table.emphasised.contains(index),
        cells: zip(table.columns, texts).enumerated().map { place, cell in
          let (column, text) = cell
          return Cell(text: text, isNumber: column.isNumber, isHeader: place == 0 && !column.isNumber)
        })
    }
  }
}

/// Names that no two things on a page share.
private struct UniqueNames {
  private var taken: Set<String> = []

  /// A heading as an address: `importance-by-region`. The same headings give the same addresses.
  mutating func slug(_ heading: String) -> String {
    let words = heading.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    return unique(words.isEmpty ? "section" : words.joined(separator: "-"))
  }

  /// The name with only letters, digits, `-` and `_`, and a number where it is taken already.
  mutating func unique(_ name: String) -> String {
    var base = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" })
    if base.first?.isLetter != true { base = "n" + base }
    var candidate = base
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(base)-\(number)"
      number += 1
    }
    return candidate
  }
}
