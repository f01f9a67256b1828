namespace SandboxedBuild.Core.Tests;

/// <summary>A directory on another mount than the temporary directory: in shared memory, where every user may make one.</summary>
internal sealed class OtherMount : IDisposable
{
    public OtherMount() => Path = Directory.CreateDirectory(System.IO.Path.Combine(Parent, Guid.NewGuid().ToString("N")[..8])).FullName;

    /// <summary>What all tests of this run have on the other mount.</summary>
    public static string Parent { get; private set; } = string.Empty;

    public string Path { get; }

    public static void Prepare() => Parent = Directory.CreateDirectory($"/dev/shm/sandboxed-build-core-{Guid.NewGuid():N}"[..^24]).FullName;

    /// <summary>Has another directory in the place of that one, in a process that tells a story.</summary>
    public static void Use(string parent) => Parent = parent;

    public void Dispose()
    {
        Command.Run("chmod", ["-R", "u+rwx", "--", Path]);
        Command.Run("rm", ["-rf", "--one-file-system", "--", Path]);
    }
}
