using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>
/// Projects in a temporary directory, built by the real <c>dotnet</c> with a home and a temporary directory of their own, and with the packed
/// SDK as the only package there is.
/// <code>
/// using var run = new ProjectRun { ["App.proj"] = Projects.Steps("touch new"), ["sandbox.json"] = Policy.Allow("Build") };
/// var build = run.Dotnet("build");
/// </code>
/// </summary>
internal sealed class ProjectRun : IDisposable
{
    private readonly TemporaryTree _tree;

    public ProjectRun()
    {
        // First of all: if there is no package, there is nothing to clean up.
        var feed = Path.GetDirectoryName(Repository.SdkPackage)!;
        _tree = new();
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(TemporaryDirectory);
        File.WriteAllText(_tree.Beside("nuget.config"), Projects.NuGetConfig(feed));
    }

    /// <summary>Variables that the commands get beyond those of a plain shell.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The directory of the projects.</summary>
    public string Root => _tree.Root;

    /// <summary>The home directory of the commands.</summary>
    public string Home => _tree.Beside("home");

    /// <summary>Their TMPDIR.</summary>
    public string TemporaryDirectory => _tree.Beside("tmp");

    /// <summary>Where the SDK keeps overlays.</summary>
    public string StateDirectory => Path.Combine(Home, ".cache", "sandboxed-build");

    /// <summary>Puts an entry at a path relative to <see cref="Root"/>.</summary>
    public TreeEntry this[string path]
    {
        set => _tree[path] = value;
    }

    /// <summary>A copy of a sample, without what builds of it have left there.</summary>
    public static ProjectRun OfSample(string name)
    {
        var run = new ProjectRun();
        Samples.Copy(Repository.Sample(name), run.Root);
        return run;
    }

    public string PathOf(string path) => _tree.PathOf(path);

    public string Read(string path) => _tree.Read(path);

    public bool Has(string path) => _tree.Has(path);

    /// <summary>The projects' directory as text.</summary>
    public string Describe(TreeDetails details = TreeDetails.None) => _tree.Describe(details);

    /// <summary>Runs <c>dotnet</c> to its end in the projects' directory, and fails if anything is left behind: a mount, a process, an overlay.</summary>
    public CommandResult Dotnet(params string[] arguments) => DotnetIn(".", arguments);

    /// <summary>The same in a directory below.</summary>
    public CommandResult DotnetIn(string directory, params string[] arguments)
    {
        using var command = Start(directory, arguments);
        return command.WaitForEnd();
    }

    /// <summary>Starts <c>dotnet</c> in the projects' directory.</summary>
    public RunningDotnet StartDotnet(params string[] arguments) => Start(".", arguments);

    public void Dispose() => _tree.Dispose();

    private RunningDotnet Start(string directory, string[] arguments)
    {
        var leftovers = WithoutState();
        return new(PathOf(directory), arguments, DotnetEnvironment.For(this), leftovers);
    }

    // Each command begins as a user's first one does, with no state directory; the lock in it is the one thing that may stay.
    private Leftovers WithoutState()
    {
        var overlays = Directory.CreateDirectory(Path.Combine(StateDirectory, "overlays"));
        File.WriteAllText(Path.Combine(overlays.FullName, ".sandboxed-build.lock"), "");
        var leftovers = Leftovers.Around(_tree, StateDirectory);
        Directory.Delete(StateDirectory, recursive: true);
        return leftovers;
    }
}
