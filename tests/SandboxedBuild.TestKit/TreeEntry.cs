using System.Globalization;

namespace SandboxedBuild.TestKit;

/// <summary>What a <see cref="TemporaryTree"/> is told to have at a path. A string stands for a file with that content.</summary>
public sealed class TreeEntry
{
    private readonly Action<string> _create;

    private TreeEntry(Action<string> create) => _create = create;

    /// <summary>A file with this content.</summary>
    public static implicit operator TreeEntry(string content) => File(content);

    /// <summary>A file with this content, in UTF-8.</summary>
    public static TreeEntry FromString(string content) => File(content);

    /// <summary>A file with this content, in UTF-8, and an octal mode such as <c>755</c>.</summary>
    public static TreeEntry File(string content, string mode = "644") => new(path =>
    {
        System.IO.File.WriteAllText(path, content);
        SetMode(path, mode);
    });

    /// <summary>A directory with an octal mode. One that takes permissions away comes after the entries in the directory.</summary>
    public static TreeEntry Directory(string mode = "755") => new(path =>
    {
        System.IO.Directory.CreateDirectory(path);
        SetMode(path, mode);
    });

    /// <summary>A symbolic link with this target, which need not exist.</summary>
    public static TreeEntry SymbolicLink(string target) => new(path => System.IO.File.CreateSymbolicLink(path, target));

    /// <summary>Another name of the file at <paramref name="target"/>, an absolute path.</summary>
    public static TreeEntry HardLink(string target) => new(path => Make("ln", target, path));

    /// <summary>A named pipe.</summary>
    public static TreeEntry Fifo(string mode = "644") => new(path => Make("mkfifo", "--mode=" + mode, path));

    internal void Create(string path) => _create(path);

    // chmod of .NET is not subject to the umask, which differs between the people who run the tests.
    private static void SetMode(string path, string mode) => System.IO.File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));

    private static void Make(string program, params string[] arguments)
    {
        if (Command.Run(program, arguments) is { ExitCode: not 0 } failed)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{program} exited with {failed.ExitCode}: {failed.Error}"));
        }
    }
}
