namespace SandboxedBuild.Policies;

/// <summary>The entries by which git knows that a directory is a repository (setup.c, is_git_directory).</summary>
[Flags]
internal enum RepositoryParts
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><c>HEAD</c>.</summary>
    Head = 1,

    /// <summary><c>objects</c>.</summary>
    Objects = 2,

    /// <summary><c>refs</c>.</summary>
    References = 4,

    /// <summary><c>commondir</c>, which says where the other two are.</summary>
    CommonDirectory = 8,
}
