#ifndef TALLY_H
#define TALLY_H

/* How often a byte stands in a zero-terminated text. */
int tally_count(const char *text, char wanted);

#endif
