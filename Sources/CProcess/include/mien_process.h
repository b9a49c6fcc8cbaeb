/// What the command does to its own process before anything else, and when memory runs out. Link it into a program, not
/// into a library: it replaces the allocation functions of the whole process.
#ifndef MIEN_PROCESS_H
#define MIEN_PROCESS_H

/// Sets the text that follows the message about exhausted memory, such as how to resume; one line, at most 1,023 bytes.
void mien_process_set_out_of_memory_hint(const char *hint);

#endif
