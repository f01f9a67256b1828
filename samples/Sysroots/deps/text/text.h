/* A line of the report, on standard output. */
void text_line(const char *name, double value);
