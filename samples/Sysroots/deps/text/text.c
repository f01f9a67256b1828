#include <stdio.h>
#include "text.h"

void text_line(const char *name, double value)
{
    printf("%-12s %8.2f\n", name, value);
}
