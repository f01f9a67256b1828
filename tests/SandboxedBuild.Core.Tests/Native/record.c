/* Under any name: adds to the file that RECORD names how many arguments there are, the variable A as "=value" or nothing, and the arguments
   with the name, each with a NUL behind it. Fails under the name "no". */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments) {
    static char buffer[65536];
    const char *a = getenv("A"), *record = getenv("RECORD");
    size_t length = 1 + snprintf(buffer, sizeof buffer, "%d", count);
    length += 1 + snprintf(buffer + length, sizeof buffer / 2, "%s%s", a ? "=" : "", a ? a : "");
    for (int i = 0; i < count; i++) {
        size_t size = strlen(arguments[i]) + 1;
        if (length + size > sizeof buffer) return 3;
        memcpy(buffer + length, arguments[i], size);
        length += size;
    }
    int file = record ? open(record, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file < 0 || write(file, buffer, length) != (ssize_t)length) return 4;
    return strcmp(arguments[0], "no") == 0;
}
