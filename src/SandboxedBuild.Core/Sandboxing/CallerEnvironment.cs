using System.Collections.Immutable;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The environment of the one who asks for a step. It is handed over and never read from the process: under <c>dotnet build -mt</c>
/// each project has an environment of its own.
/// </summary>
/// <param name="Variables">Names and values (environ(7)).</param>
public sealed record CallerEnvironment(ImmutableDictionary<string, string> Variables)
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The home directory, or null when <c>HOME</c> is not an absolute path.</summary>
    public string? Home => DirectoryIn("HOME");

    /// <summary>
    /// Where programs keep what they can make again: <c>XDG_CACHE_HOME</c>, else <c>~/.cache</c> (XDG Base Directory
    /// Specification, by which a relative value is ignored); null without a home.
    /// </summary>
    public string? Cache => DirectoryIn("XDG_CACHE_HOME") ?? (Home is { } home ? Path.Combine(home, ".cache") : null);

    /// <summary>
    /// Where programs keep what the user has set: <c>XDG_CONFIG_HOME</c>, else <c>~/.config</c> (XDG Base Directory Specification); null
    /// without a home.
    /// </summary>
    public string? Configuration => DirectoryIn("XDG_CONFIG_HOME") ?? (Home is { } home ? Path.Combine(home, ".config") : null);

    /// <summary>NuGet's global package folder: <c>NUGET_PACKAGES</c>, else <c>~/.nuget/packages</c>.</summary>
    public string? NuGetPackages => DirectoryIn("NUGET_PACKAGES") ?? (Home is { } home ? Path.Combine(home, ".nuget", "packages") : null);

    /// <summary>The absolute directories of <c>PATH</c>, in order.</summary>
    public IEnumerable<string> SearchPath =>
        (Value("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted);

    /// <summary>Whether no directory of <c>PATH</c> is one that steps may write to; one that is not absolute may be any.</summary>
    /// <param name="writable">Directories that steps may write to.</param>
    public bool HasProgramsOutside(IReadOnlyCollection<string> writable) =>
        (Value("PATH") ?? string.Empty).Split(':').All(directory => Path.IsPathRooted(directory) && !writable.Any(root => RealPath.IsAtOrBelow(RealPath.OfFuture(directory), RealPath.OfFuture(root))));

    /// <summary>The value of a variable, or null.</summary>
    public string? Value(string name) => Variables.GetValueOrDefault(name);

    /// <summary>
    /// The first executable file of this name on <c>PATH</c>, else in the usual system directories; null when there is none. Directories
    /// that steps may write to are passed over: what they put there would run outside the sandbox.
    /// </summary>
    /// <param name="program">The program's name.</param>
    /// <param name="writable">Directories that steps may write to.</param>
    public string? Find(string program, IReadOnlyCollection<string> writable) =>
        SearchPath.Concat(["/usr/bin", "/bin", "/usr/sbin", "/sbin"])
            .Where(directory => Directory.Exists(directory) && !writable.Any(root => RealPath.IsAtOrBelow(RealPath.OfFuture(directory), root)))
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(static path => File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None);

    private string? DirectoryIn(string name) => Value(name) is { Length: > 0 } value && Path.IsPathRooted(value) ? Path.TrimEndingDirectorySeparator(value) : null;
}
