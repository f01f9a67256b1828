/* mappedwrite FILE TEXT: writes to the beginning of a file through a mapping, after reading what was there. */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "usage: mappedwrite FILE TEXT");
    int file = open(argv[1], O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        err(1, "%s", argv[1]);
    char *contents = mmap(NULL, strlen(argv[2]), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (contents == MAP_FAILED)
        err(1, "mmap");
    if (*(volatile char *)contents != 0)
        memcpy(contents, argv[2], strlen(argv[2]));
    return 0;
}
