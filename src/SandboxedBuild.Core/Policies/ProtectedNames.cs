using System.Runtime.CompilerServices;

namespace SandboxedBuild.Policies;

/// <summary>
/// Names that a program trusts for nothing but being there: it finds them by looking into a directory and those above it, and does what they
/// say. Which files MSBuild imports is in Microsoft.Common.props, Microsoft.Common.targets and Microsoft.Common.CurrentVersion.targets.
/// See docs/adr/0010-protected-paths.md.
/// </summary>
internal static class ProtectedNames
{
    /// <summary>Why a repository is protected.</summary>
    public const string Git = "git runs or obeys it";

    private const string Build = "MSBuild runs it";
    private const string Packages = "NuGet obeys it";
    private const string Sdk = "the dotnet command obeys it";
    private const string Compiler = "the compiler obeys it";
    private const string Editor = "editors run or obey it";
    private const string Integration = "continuous integration runs it";
    private const string Shell = "direnv runs it";
    private const string Gate = "it says what may run";

    private static readonly (string Why, string[] Names)[] s_withAllInThem =
    [
        (Git, [".git", "git~1", ".githooks", ".husky"]),
        (Integration, [".github", ".circleci"]),
        (Editor, [".vscode", ".idea", ".vs", ".devcontainer"]),
    ];

    /// <summary>Directories with all that is in them, wherever they are; git~1 is the short name of .git on NTFS.</summary>
    private static readonly NameTable s_directories = new(s_withAllInThem);

    /// <summary>
    /// These themselves too, wherever they are. What a restore leaves for the build: the assets name the analyzers that the compiler loads,
    /// and the cache says that they are up to date.
    /// </summary>
    private static readonly NameTable s_everywhere = new([
        .. s_withAllInThem,
        (Git, [".gitconfig", ".gitmodules", ".gitattributes"]),
        (Packages, ["project.assets.json", "project.nuget.cache"]),
        (Gate, [Policy.FileName]),
    ]);

    /// <summary>Not in the directories of outputs, where build products have such names too.</summary>
    private static readonly NameTable s_files = new(
        (Build, ["msbuild.rsp"]),
        (Packages, ["nuget.config", "packages.config", "packages.lock.json"]),
        (Sdk, ["global.json", "dotnet-tools.json"]),
        (Compiler, [".editorconfig", ".globalconfig"]),
        (Shell, [".envrc"]),
        (Integration, [".gitlab-ci.yml", "azure-pipelines.yml", "azure-pipelines.yaml", "jenkinsfile"]));

    /// <summary>Why a directory of this name is protected with all that is in it, or null.</summary>
    [SkipLocalsInit]
    public static string? OfDirectory(ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[FoldedName.Longest];
        return s_directories.Find(FoldedName.Of(name, buffer));
    }

    /// <summary>Why an entry of this name is protected itself, or null.</summary>
    /// <param name="name">The name.</param>
    /// <param name="output">Whether it is in a directory of outputs, and in which.</param>
    [SkipLocalsInit]
    public static string? OfEntry(ReadOnlySpan<byte> name, OutputPlace output)
    {
        Span<byte> buffer = stackalloc byte[FoldedName.Longest];
        var folded = FoldedName.Of(name, buffer);
        return s_everywhere.Find(folded)
            ?? (output == OutputPlace.None ? s_files.Find(folded) ?? (IsProject(folded) ? Build : null) : IsExtension(folded, output) ? Build : null);
    }

    /// <summary>Whether a name is worth asking anything else here: it is protected in some place, or is a part of a bare repository.</summary>
    public static bool IsTelling(ReadOnlySpan<byte> name) => OfEntry(name, OutputPlace.None) is not null || PartOf(name) != RepositoryParts.None;

    /// <summary>Whether it is one of the names of a bare repository, by which git knows a directory for one; which one.</summary>
    [SkipLocalsInit]
    public static RepositoryParts PartOf(ReadOnlySpan<byte> name)
    {
        // What is left out of a comparison is not ASCII, so that most names are told by their first letter.
        if (name.Length is < 4 or > 16 || (name[0] < 0x80 && FoldedName.Lower(name[0]) is not ((byte)'h' or (byte)'o' or (byte)'r' or (byte)'c')))
        {
            return RepositoryParts.None;
        }

        Span<byte> buffer = stackalloc byte[FoldedName.Longest];
        var folded = FoldedName.Of(name, buffer);
        return folded.SequenceEqual("head"u8) ? RepositoryParts.Head
            : folded.SequenceEqual("objects"u8) ? RepositoryParts.Objects
            : folded.SequenceEqual("refs"u8) ? RepositoryParts.References
            : folded.SequenceEqual("commondir"u8) ? RepositoryParts.CommonDirectory
            : RepositoryParts.None;
    }

    /// <summary>Projects, solutions, and what they import: <c>*proj</c> is what all languages call theirs.</summary>
    private static bool IsProject(ReadOnlySpan<byte> name)
    {
        var extension = Extension(name);
        return extension.Length >= "rsp".Length && (extension.EndsWith("proj"u8) || extension.SequenceEqual("props"u8) || extension.SequenceEqual("targets"u8) || extension.SequenceEqual("projitems"u8)
            || extension.SequenceEqual("pubxml"u8) || extension.SequenceEqual("sln"u8) || extension.SequenceEqual("slnx"u8) || extension.SequenceEqual("slnf"u8)
            || (extension.SequenceEqual("rsp"u8) && name.StartsWith("directory."u8))
            || (extension.SequenceEqual("user"u8) && Extension(name[..^".user".Length]) is var inner && (inner.EndsWith("proj"u8) || inner.SequenceEqual("pubxml"u8))));
    }

    /// <summary>
    /// Microsoft.Common.props imports $(MSBuildProjectExtensionsPath)$(MSBuildProjectFile).*.props, Microsoft.Common.targets the same of
    /// .targets; that directory is obj/, or one of its own in it for each project (UseArtifactsOutput).
    /// </summary>
    private static bool IsExtension(ReadOnlySpan<byte> name, OutputPlace output) =>
        Extension(name) is var extension && (extension.SequenceEqual("props"u8) || extension.SequenceEqual("targets"u8))
        && (output == OutputPlace.TopOfIntermediate || name.IndexOf("proj."u8) >= 0);

    private static ReadOnlySpan<byte> Extension(ReadOnlySpan<byte> name) => name.LastIndexOf((byte)'.') is var dot && dot < 0 ? default : name[(dot + 1)..];
}
