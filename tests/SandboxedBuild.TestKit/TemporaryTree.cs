namespace SandboxedBuild.TestKit;

/// <summary>
/// A directory for one test, arranged in one expression, described as text, and deleted whatever is in it.
/// <code>
/// using var tree = new TemporaryTree { ["src/main.c"] = "int main;", ["bin"] = TreeEntry.Directory(), ["link"] = TreeEntry.SymbolicLink("src") };
/// </code>
/// </summary>
public sealed class TemporaryTree : IDisposable
{
    /// <summary>Makes an empty tree.</summary>
    public TemporaryTree()
    {
        Surroundings = Directory.CreateTempSubdirectory("sandboxed-build-test-").FullName;
        Root = Beside("tree");
        Directory.CreateDirectory(Root);

        // The mode is part of the description, and the umask is not the same everywhere.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
    }

    /// <summary>The tree itself.</summary>
    public string Root { get; }

    /// <summary>
    /// The directory that holds the tree and belongs to this test alone; its path is in the command line, environment or mounts of
    /// whatever works on the tree.
    /// </summary>
    public string Surroundings { get; }

    /// <summary>Puts an entry at a path relative to the tree; directories above it are made.</summary>
    public TreeEntry this[string path]
    {
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var full = PathOf(path);
            foreach (var above in Missing(Path.GetDirectoryName(full)!))
            {
                TreeEntry.Directory().Create(above);
            }

            value.Create(full);
        }
    }

    /// <summary>The absolute path of an entry.</summary>
    public string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The text in a file of the tree.</summary>
    public string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Whether the tree has an entry there, a dangling symbolic link included.</summary>
    public bool Has(string path) => new FileInfo(PathOf(path)) is { Exists: true } or { LinkTarget: not null } || Directory.Exists(PathOf(path));

    /// <summary>An absolute path beside the tree, for a state directory for instance; nothing is made there.</summary>
    public string Beside(string name) => Path.Combine(Surroundings, name);

    /// <summary>The tree as text (see <see cref="TreeDescription"/>).</summary>
    public string Describe(TreeDetails details = TreeDetails.None) => TreeDescription.Of(Root, details);

    /// <summary>Deletes the tree and what is beside it, directories of mode 000 too, but nothing that is mounted there.</summary>
    public void Dispose()
    {
        if (!OrdinaryUser.IsRoot)
        {
            _ = Command.Run("chmod", ["-R", "u+rwx", "--", Surroundings]);
        }

        if (Command.Run("rm", ["-rf", "--one-file-system", "--", Surroundings]) is { ExitCode: not 0 } failed)
        {
            throw new IOException($"could not delete {Surroundings}: {failed.Error}");
        }
    }

    private static Stack<string> Missing(string directory)
    {
        var missing = new Stack<string>();
        for (; !Directory.Exists(directory); directory = Path.GetDirectoryName(directory)!)
        {
            missing.Push(directory);
        }

        return missing;
    }
}
