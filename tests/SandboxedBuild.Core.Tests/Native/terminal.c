/* terminal COMMAND...: runs a command on a new terminal, which is its controlling one, and copies what it writes. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int main(int count, char **arguments) {
    int own = posix_openpt(O_RDWR | O_NOCTTY);
    if (count < 2 || own < 0 || grantpt(own) != 0 || unlockpt(own) != 0) return 126;
    char *name = ptsname(own);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGHUP, SIG_DFL);
        setsid();
        int other = open(name, O_RDWR);
        struct termios settings;
        tcgetattr(other, &settings);
        settings.c_lflag &= ~ECHO;
        settings.c_oflag &= ~OPOST;
        tcsetattr(other, TCSANOW, &settings);
        ioctl(other, TIOCSCTTY, 0);
        for (int number = 0; number < 3; number++) dup2(other, number);
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    char buffer[4096];
    for (ssize_t length; (length = read(own, buffer, sizeof buffer)) > 0;) {
        if (write(1, buffer, length) != length) return 126;
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
