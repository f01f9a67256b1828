/* attack NAME [PATH]: exits with 0 if it worked. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pty.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int terminal(void) {
    for (int number = 0; number < 3; number++)
        if (ioctl(number, TIOCSTI, "x") == 0) return 1;
    int tty = open("/dev/tty", O_RDWR);
    return tty >= 0 && ioctl(tty, TIOCSTI, "x") == 0;
}

static int chroot_escape(void) {
    mkdir("jail", 0755);
    int outside = open(".", O_RDONLY | O_DIRECTORY);
    if (chroot("jail") != 0 || fchdir(outside) != 0) return 0;
    for (int i = 0; i < 100; i++) if (chdir("..") != 0) return 0;
    return chroot(".") == 0;
}

static int handle(const char *path) {
    struct { struct file_handle head; char bytes[128]; } handle = { .head.handle_bytes = 128 };
    int mount;
    int directory = open(path, O_RDONLY | O_DIRECTORY);
    if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount, 0) != 0) return 0;
    return open_by_handle_at(directory, &handle.head, O_RDONLY) >= 0;
}

static int connected(const char *port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address) == 0;
}

/* Whether a descriptor other than standard ones is open; the one that lists them is not counted. */
static int descriptors(void) {
    DIR *listing = opendir("/proc/self/fd");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(listing));) {
        int number = atoi(entry->d_name);
        if (number > 2 && number != dirfd(listing)) {
            char path[64], target[256];
            snprintf(path, sizeof path, "/proc/self/fd/%d", number);
            ssize_t length = readlink(path, target, sizeof target - 1);
            target[length < 0 ? 0 : length] = 0;
            printf("%d %s\n", number, target);
            found = 1;
        }
    }
    return found;
}

/* As a process that has a terminal of its own: then nothing but a filter is in the way. */
static int own_terminal(unsigned long request, char *argument) {
    int master, slave;
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) return -1;
    if (fork() == 0) {
        setsid();
        if (ioctl(slave, TIOCSCTTY, 0) != 0) _exit(2);
        _exit(ioctl(slave, request, argument) == 0 || errno == ENOTTY || errno == EINVAL ? 0 : 1);
    }
    int status;
    wait(&status);
    return WEXITSTATUS(status) == 2 ? -1 : status == 0;
}

/* Whether the kernel knows the call, whatever it thinks of these arguments. */
static int known(long result) { return result >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAFNOSUPPORT); }

#ifdef __x86_64__
/* The 32-bit way into the kernel, with the numbers of i386. */
static long enter32(long number, long first, long second, long third) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
    if ((int)result < 0) { errno = -(int)result; return -1; }
    return (int)result;
}

/* socketcall(2) takes its arguments in memory, which has to lie in the first 4 GB here. */
static long socketcall32(long family) {
    unsigned *arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    arguments[0] = family;
    arguments[1] = SOCK_STREAM;
    arguments[2] = 0;
    return enter32(102, 1, (long)arguments, 0);
}
#else
static long enter32(long number, long first, long second, long third) { errno = ENOSYS; return -1; }
static long socketcall32(long family) { errno = ENOSYS; return -1; }
#endif

int main(int count, char **arguments) {
    const char *name = arguments[1];
    const char *path = count > 2 ? arguments[2] : ".";
    int worked =
        strcmp(name, "terminal") == 0 ? terminal()
        : strcmp(name, "chroot") == 0 ? chroot_escape()
        : strcmp(name, "handle") == 0 ? handle(path)
        : strcmp(name, "descriptors") == 0 ? descriptors()
        : strcmp(name, "connect") == 0 ? connected(path)
        : strcmp(name, "mount") == 0 ? mount("none", path, "tmpfs", 0, "") == 0
        : strcmp(name, "bind") == 0 ? mount("/", path, NULL, MS_BIND | MS_REC, NULL) == 0
        : strcmp(name, "remount") == 0 ? mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL) == 0
        : strcmp(name, "umount") == 0 ? umount2(path, MNT_DETACH) == 0
        : strcmp(name, "fsopen") == 0 ? syscall(SYS_fsopen, "tmpfs", 0) >= 0
        : strcmp(name, "open_tree") == 0 ? syscall(SYS_open_tree, AT_FDCWD, path, 1) >= 0
        : strcmp(name, "mknod") == 0 ? mknod("node", S_IFBLK | 0600, 8 << 8) == 0
        : strcmp(name, "mknod-char") == 0 ? mknod("node", S_IFCHR | 0600, (1 << 8) | 1) == 0
        : strcmp(name, "setns") == 0 ? setns(open(path, O_RDONLY), 0) == 0
        : strcmp(name, "setuid") == 0 ? setuid(getuid() == 0 ? 1 : 0) == 0
        : strcmp(name, "setgid") == 0 ? setgid(getgid() == 0 ? 1 : 0) == 0
        : strcmp(name, "sethostname") == 0 ? sethostname("x", 1) == 0
        : strcmp(name, "pivot_root") == 0 ? syscall(SYS_pivot_root, ".", ".") == 0
        : strcmp(name, "keyctl") == 0 ? known(syscall(SYS_keyctl, 0, -3, 0))
        : strcmp(name, "add_key") == 0 ? known(syscall(SYS_add_key, "user", "name", "x", 1, -3))
        : strcmp(name, "request_key") == 0 ? known(syscall(SYS_request_key, "user", "no such key", NULL, 0))
        : strcmp(name, "keyctl-32") == 0 ? known(enter32(288, 0, -3, 0))
        : strcmp(name, "keyctl-x32") == 0 ? known(syscall(0x40000000 | SYS_keyctl, 0, -3, 0))
        : strcmp(name, "bpf") == 0 ? known(syscall(SYS_bpf, 0, NULL, 0))
        : strcmp(name, "io_uring") == 0 ? known(syscall(SYS_io_uring_setup, 0, NULL))
        : strcmp(name, "userfaultfd") == 0 ? known(syscall(SYS_userfaultfd, 1))
        : strcmp(name, "perf_event_open") == 0 ? known(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0))
        : strcmp(name, "syslog") == 0 ? known(syscall(SYS_syslog, 10, NULL, 0))
        : strcmp(name, "socket") == 0 ? known(socket(atoi(path), SOCK_STREAM, 0))
        : strcmp(name, "socket-32") == 0 ? known(enter32(359, atoi(path), SOCK_STREAM, 0))
        : strcmp(name, "socketcall-32") == 0 ? known(socketcall32(atoi(path)))
        : strcmp(name, "TIOCSTI") == 0 ? own_terminal(TIOCSTI, "x")
        : strcmp(name, "TIOCSTI-64") == 0 ? own_terminal(TIOCSTI | 0x100000000, "x")
        : strcmp(name, "TIOCLINUX") == 0 ? own_terminal(TIOCLINUX, "\2")
        : strcmp(name, "keep") == 0 ? prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0
        : -1;
    if (worked < 0) return 2;
    return worked ? 0 : 1;
}
