using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What the paths and globs of a policy file are relative to.</summary>
/// <param name="Directory">The directory of a project's policy file; <c>/</c> for the user's own, which is for projects anywhere.</param>
/// <param name="IsUsers">Whether it is the user's own file.</param>
/// <param name="Home">The caller's home directory, or null.</param>
internal sealed record PolicyScope(string Directory, bool IsUsers, string? Home)
{
    public static PolicyScope OfProject(string file) => new(Path.GetDirectoryName(file)!, IsUsers: false, Home: null);

    public static PolicyScope OfUser(string? home) => new("/", IsUsers: true, home);

    /// <summary>The pattern, relative to <see cref="Directory"/>, of a glob as it is written.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public string Pattern(string glob)
    {
        var isHome = glob.StartsWith("~/", StringComparison.Ordinal);
        var pattern = IsUsers && isHome && Home is not null ? (Home + glob[1..]).TrimStart('/')
            : IsUsers && glob.StartsWith('/') ? glob[1..]
            : IsUsers && !glob.StartsWith("**/", StringComparison.Ordinal) ? throw new FormatException($"\"{glob}\" is relative to nothing: this file is for projects anywhere. Begin it with /, ~/ or **/")
            : glob.StartsWith('/') || isHome ? throw new FormatException($"\"{glob}\" is absolute; here a glob is relative to the policy file's directory {Directory}")
            : glob;
        return PathGlob.Mistake(pattern) is { } mistake ? throw new FormatException($"\"{glob}\" is no glob: {mistake}") : pattern;
    }

    /// <summary>A path as it is written, absolute or in the home directory.</summary>
    /// <exception cref="FormatException">It cannot be one.</exception>
    public string Full(string path) =>
        path.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("no path has a NUL in it")
        : path == "~" ? path
        : path.StartsWith("~/", StringComparison.Ordinal) ? Normal("/" + path) is ['/', '~', '/', ..] and var inside ? inside[1..] : throw new FormatException($"\"{path}\" leads out of the home directory; write it from /")
        : IsUsers && !Path.IsPathRooted(path) ? throw new FormatException($"\"{path}\" is relative to nothing: this file is for projects anywhere. Begin it with / or ~/")
        : Normal(Path.Combine(Directory, path));

    /// <summary>A path as people write it in this file: from the file's directory if it lies there, else from the home directory, else from the root.</summary>
    public string Written(SandboxPath path, string? home) =>
        path.Path.StartsWith('~') ? path.Path
        : !IsUsers && Paths.RealPath.IsAtOrBelow(path.Path, Directory) ? Path.GetRelativePath(Directory, path.Path)
        : home is not null && home != "/" && Paths.RealPath.IsAtOrBelow(path.Path, home) ? "~" + path.Path[home.Length..]
        : path.Path;

    private static string Normal(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, "/"));
}
