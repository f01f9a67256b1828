#include "tally.h"

int tally_count(const char *text, char wanted)
{
    int count = 0;
    for (; *text != '\0'; text++) {
        if (*text == wanted) {
            count++;
        }
    }
    return count;
}
