// Swift has no word for a hint to the processor. Rows of a kernel lie in memory in no order that it would guess, and what
// it guesses ends with each page.

/// Asks for a line of memory that will be read soon; any address will do.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }
