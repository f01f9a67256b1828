using SandboxedBuild.Tracing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What is kept of the files in a trace, call by call as strace writes it.</summary>
internal sealed class TracedFilesTests
{
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDONLY|O_CLOEXEC) = 3</r/a>""", "/r/a")]
    [TestCase("""open("/r/a", O_RDONLY) = 3</r/a>""", "/r/a")]
    [TestCase("""openat2(AT_FDCWD</r>, "a", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 3</r/a>""", "/r/a")]
    [TestCase("""openat(5</r/dir>, "a b", O_RDONLY) = 3</r/dir/a b>""", "/r/dir/a b")]
    [TestCase("""openat(AT_FDCWD</r>, "\x61\x3e \x22", O_RDONLY) = 3</r/a\76 \42>""", "/r/a> \"")]
    [TestCase("""execve("/r/tool", ["tool"], 0x7ffc /* 9 vars */) = 0""", "/r/tool")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDWR) = 3</r/a>""", "/r/a")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_WRONLY|O_APPEND) = 3</r/a>""", "")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDWR|O_TRUNC) = 3</r/a>""", "")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDONLY|O_DIRECTORY) = 3</r/a>""", "")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDONLY|O_PATH) = 3</r/a>""", "")]
    [TestCase("""openat(AT_FDCWD</r>, ".", O_RDWR|O_TMPFILE, 0600) = 3</r/#12 (deleted)>""", "")]
    [TestCase("""openat(AT_FDCWD</r>, "O_WRONLY", O_RDONLY) = 3</r/O_WRONLY>""", "/r/O_WRONLY")]
    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDONLY) = -1 EACCES (Permission denied)""", "")]
    [TestCase("""newfstatat(AT_FDCWD</r>, "a", {st_mode=S_IFREG|0644, st_size=4}, 0) = 0""", "")]
    public void What_is_a_read(string line, string expected)
    {
        var files = new TracedFiles(["/r"]);
        Take(files, line);
        Assert.That(files.Read.Select(static read => read.Opened), Is.EqualTo(expected.Length == 0 ? Array.Empty<string>() : [expected]));
    }

    [TestCase("""openat(AT_FDCWD</r>, "a", O_RDONLY) = -1 ENOENT (No such file or directory)""", "/r/a")]
    [TestCase("""access("/r/a", R_OK) = -1 ENOENT (No such file or directory)""", "/r/a")]
    [TestCase("""statx(AT_FDCWD</r>, "a", AT_STATX_SYNC_AS_STAT, STATX_ALL, 0x7ffd) = -1 ENOENT (No such file or directory)""", "/r/a")]
    [TestCase("""openat(AT_FDCWD</r>, "d/a", O_WRONLY|O_CREAT, 0666) = -1 ENOENT (No such file or directory)""", "")]
    [TestCase("""unlink("/r/a") = -1 ENOENT (No such file or directory)""", "")]
    [TestCase("""openat(AT_FDCWD</r>, "/usr/lib/a", O_RDONLY) = -1 ENOENT (No such file or directory)""", "")]
    public void What_was_looked_for_in_vain(string line, string expected)
    {
        var files = new TracedFiles(["/r"]);
        Take(files, line);
        Assert.That(string.Join(' ', files.Missing), Is.EqualTo(expected));
    }

    [Test]
    public void What_two_files_that_swap_names_have_been()
    {
        var files = new TracedFiles(["/r"]);
        Take(files, """openat(AT_FDCWD</r>, "b", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3</r/b>""");
        Take(files, """renameat2(AT_FDCWD</r>, "a", AT_FDCWD</r>, "b", RENAME_EXCHANGE) = 0""");
        Take(files, """openat(AT_FDCWD</r>, "a", O_RDONLY) = 3</r/a>""");
        Assert.That(files.Read, Is.Empty);
        Take(files, """openat(AT_FDCWD</r>, "b", O_RDONLY) = 3</r/b>""");
        Assert.That(files.Read.Single().Opened, Is.EqualTo("/r/a"));
    }

    [Test]
    public void Whatever_a_command_does_there_is_an_end_to_what_is_kept()
    {
        var files = new TracedFiles(["/r"], most: 10);
        for (var number = 0; number < 10; number++)
        {
            Everything(number);
        }

        Assert.That(files.IsCut, Is.False);
        Everything(10);
        Everything(11);
        Assert.That((files.IsCut, files.Read.Count, files.Missing.Count), Is.EqualTo((true, 10, 10)));

        void Everything(int number)
        {
            Take(files, $"openat(AT_FDCWD</r>, \"r{number}\", O_RDONLY) = 3</r/r{number}>");
            Take(files, $"openat(AT_FDCWD</r>, \"m{number}\", O_RDONLY) = -1 ENOENT (No such file or directory)");
        }
    }

    private static void Take(TracedFiles files, string line)
    {
        var call = CallText.Read(line)!;
        if (TracedFiles.Concerns(call))
        {
            files.Take(call, [.. call.Words.Take(call.Name == "execve" ? 1 : int.MaxValue).Select(static word => Path.GetFullPath(word.Value, word.Directory ?? "/"))]);
        }
    }
}
