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

  @Test func linesMayEndInCarriageReturnAndLineFeed() {
    let rows = [["row", "label"], ["0", "say \"hi\""], ["1", ""], ["a\rb", "\r"]]
    #expect(CSVText.records("row,label\r\n0,\"say \"\"hi\"\"\"\r\n1,\r\na\rb,\"\r\"\r\n") == rows)
    #expect(CSVText.records("row,label\r\n0,1\r") == [["row", "label"], ["0", "1"]])
    #expect(CSVText.records("row\r\n\r\n\"two\r\nlines\"\r\n") == [["row"], [""], ["two\r\nlines"]])
  }
}
