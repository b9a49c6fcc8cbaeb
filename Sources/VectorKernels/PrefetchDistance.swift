/// How many bytes before it is read a line of a row is asked for: about what memory delivers in the time that it takes to
/// answer, and it does not look further than a page by itself.
let prefetchDistance = 4096
