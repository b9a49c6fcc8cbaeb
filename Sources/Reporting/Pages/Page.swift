/// A page as one HTML file that needs nothing else: opened from disk, printed, or read on a phone.
///
/// All text is escaped; only the SVG of figures and overlays is taken as it is.
package struct Page: Sendable {
  let title: String
  let lead: String
  let sections: [Section]

  /// A page from its parts; `lead` says in one or two sentences what it is about.
  package init(title: String, lead: String, sections: [Section]) {
    self.title = title
    self.lead = lead
    self.sections = sections
  }

  /// The whole file.
  package var html: String { PageTemplate.html(PageView(self)) }
}

/// A part of a page under a heading of its own, which the table of contents names.
package struct Section: Sendable {
  let title: String
  let blocks: [Block]

  /// A section from its heading and what stands below it.
  package init(_ title: String, _ blocks: [Block]) {
    self.title = title
    self.blocks = blocks
  }

  /// Whether nothing stands below the heading.
  package var isEmpty: Bool { blocks.isEmpty }
}

/// What sections are made of.
package enum Block: Sendable {
  /// Names and values.
  case facts([(String, String)])
  /// A sentence that must not be missed.
  case note(String)
  case paragraph(String)
  /// Text whose spaces and line breaks mean something.
  case preformatted(String)
  case table(PageTable)
  case figure(Figure)
  case gallery([GalleryItem])
}

/// A table that a click on a column's header sorts.
package struct PageTable: Sendable {
  /// A column; numbers stand to the right and sort by their value.
  package struct Column: Sendable {
    let title: String
    let isNumber: Bool

    /// A column from its heading.
    package init(_ title: String, isNumber: Bool = false) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  let caption: String?
  let columns: [Column]
  let rows: [[String]]
  let emphasised: Set<Int>

  /// A table from its rows, each a text a column.
  ///
  /// - Parameter emphasised: the rows that stand out, as indices into `rows`.
  package init(caption: String?, columns: [Column], rows: [[String]], emphasised: Set<Int> = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "one text a column")
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.emphasised = emphasised
  }
}

/// A picture that is drawn within the page.
package struct Figure: Sendable {
  let name: String
  let svg: String
  let caption: String
  let alternative: String
  let dataFile: String?

  /// A figure from an SVG file's text.
  ///
  /// - Parameters:
  ///   - name: what the ids of the picture begin with, so that they differ from those of other pictures.
  ///   - alternative: what the picture shows, for people who do not see it.
  ///   - dataFile: the place of the numbers behind the picture, seen from the page.
  package init(name: String, svg: String, caption: String, alternative: String, dataFile: String? = nil) {
    self.name = name
    self.svg = svg
    self.caption = caption
    self.alternative = alternative
    self.dataFile = dataFile
  }
}

/// One of many small pictures side by side.
package struct GalleryItem: Sendable {
  let imageDataURI: String?
  let svgOverlay: String?
  let width: Int
  let height: Int
  let caption: String
  let alternative: String

  /// A picture, with or without something drawn over it; without a picture, the drawing alone.
  ///
  /// - Parameters:
  ///   - imageDataURI: the picture as a `data:` address.
  ///   - svgOverlay: SVG elements in a drawing of `width` by `height`, origin top left.
  ///   - alternative: what the picture shows, for people who do not see it.
  package init(
    imageDataURI: String?, svgOverlay: String?, width: Int, height: Int, caption: String, alternative: String
  ) {
    self.imageDataURI = imageDataURI
    self.svgOverlay = svgOverlay
    self.width = width
    self.height = height
    self.caption = caption
    self.alternative = alternative
  }
}
