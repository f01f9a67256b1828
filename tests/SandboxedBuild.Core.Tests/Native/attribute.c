/* attribute set PATH NAME HEX | attribute get PATH NAME | attribute drop PATH NAME: of the entry itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

int main(int count, char **arguments) {
    char value[65536];
    if (count == 5 && strcmp(arguments[1], "set") == 0) {
        size_t length = strlen(arguments[4]) / 2;
        for (size_t i = 0; i < length; i++) {
            char digits[3] = { arguments[4][2 * i], arguments[4][2 * i + 1], 0 };
            value[i] = (char)strtol(digits, NULL, 16);
        }
        if (lsetxattr(arguments[2], arguments[3], value, length, 0) == 0) return 0;
    } else if (count == 4 && strcmp(arguments[1], "get") == 0) {
        ssize_t length = lgetxattr(arguments[2], arguments[3], value, sizeof value);
        if (length >= 0) return fwrite(value, 1, length, stdout) != (size_t)length;
    } else if (count == 4 && strcmp(arguments[1], "drop") == 0 && lremovexattr(arguments[2], arguments[3]) == 0) {
        return 0;
    }
    perror(arguments[2]);
    return 1;
}
