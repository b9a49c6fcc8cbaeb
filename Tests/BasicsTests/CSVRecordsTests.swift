import Basics
import Testing

@Suite struct CSVRecordsTests {
  @Test func whatIsWrittenIsReadBack() {
    let rows = [["row", "label"], ["a,b", "say \"hi\""], ["", "two\nlines"], ["test", "out_of_fold"]]
    var text = CSVText(header: rows[0])
    for row in rows.dropFirst() { text.append(row) }
    #expect(CSVText.records(text.text) == rows)
    #expect(CSVText.records(String(text.text.dropLast())) == rows)
  }
}
