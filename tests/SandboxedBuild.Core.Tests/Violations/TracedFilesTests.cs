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
        var files = new TracedFiles(["/r"], static _ => null);
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
        var files = new TracedFiles(["/r"], static _ => null);
        Take(files, line);
        Assert.That(string.Join(' ', files.Missing), Is.EqualTo(expected));
    }

    [Test]
    public void What_two_files_that_swap_names_have_been()
    {
        var files = new TracedFiles(["/r"], static _ => null);
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
        var files = new TracedFiles(["/r"], static _ => null, most: 10);
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

    [Test]
    public void A_tree_that_a_step_makes_is_one_name_however_large_it_is()
    {
        var files = new TracedFiles(["/r"], static _ => null, most: 10);
        Take(files, """mkdir("/r/tree", 0777) = 0""");
        for (var number = 0; number < 100; number++)
        {
            Take(files, $"openat(AT_FDCWD</r>, \"tree/f{number}\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</r/tree/f{number}>");
            Take(files, $"openat(AT_FDCWD</r>, \"tree/f{number}\", O_RDONLY) = 3</r/tree/f{number}>");
        }

        Assert.That((files.IsCut, files.Read.Count), Is.EqualTo((false, 0)));
    }

    /// <summary>Or a step that makes very much would be said to read what it has made.</summary>
    [Test]
    public void What_is_read_after_more_was_made_than_is_kept_was_perhaps_made()
    {
        var files = new TracedFiles(["/r"], static _ => null, most: 10);
        for (var number = 0; number < 11; number++)
        {
            Take(files, $"openat(AT_FDCWD</r>, \"f{number}\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</r/f{number}>");
        }

        Take(files, """openat(AT_FDCWD</r>, "f10", O_RDONLY) = 3</r/f10>""");
        Assert.That((files.IsCut, files.Read.Single().PerhapsMade), Is.EqualTo((true, true)));
    }

    [Test]
    public void Many_files_that_are_made_and_renamed_take_no_time()
    {
        var files = new TracedFiles(["/r"], static path => new FileInfo(path).LinkTarget);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var number = 0; number < 20_000; number++)
        {
            Take(files, $"openat(AT_FDCWD</r>, \"a/b/c/f{number}.tmp\", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3</r/a/b/c/f{number}.tmp>");
            Take(files, $"rename(\"/r/a/b/c/f{number}.tmp\", \"/r/a/b/c/f{number}\") = 0");
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
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
