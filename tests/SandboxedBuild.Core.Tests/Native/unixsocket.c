/* unixsocket make NAME | unixsocket connect NAME: a name that starts with @ is abstract. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int count, char **arguments) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (count != 3 || strlen(arguments[2]) >= sizeof address.sun_path) return 2;
    strcpy(address.sun_path, arguments[2]);
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + strlen(arguments[2]) + 1;
    if (arguments[2][0] == '@') {
        address.sun_path[0] = 0;
        length--;
    }
    int socket_ = socket(AF_UNIX, SOCK_STREAM, 0);
    int failed = strcmp(arguments[1], "make") == 0
        ? bind(socket_, (struct sockaddr *)&address, length)
        : connect(socket_, (struct sockaddr *)&address, length);
    if (failed) {
        perror(arguments[2]);
        return 1;
    }
    puts("connected");
    return 0;
}
