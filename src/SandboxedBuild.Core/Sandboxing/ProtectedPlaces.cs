using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Protected paths that are there already and that a step meets most: they are read-only, so that it learns at once what its commit would
/// be refused for. A few names in the root, in the working directory and in those between: the work does not grow with the tree. What is
/// not here is found when the changes are judged (<see cref="Policies.ProtectedPaths"/>).
/// </summary>
internal static class ProtectedPlaces
{
    private static readonly ImmutableArray<(string Directory, ImmutableArray<(string Name, byte[] Bytes)> Names)> s_names =
    [
        (string.Empty, Encode(
            ".git", ".github", ".vscode", ".idea", ".envrc", "sandbox.json", "global.json", "nuget.config", "NuGet.config", "NuGet.Config", "dotnet-tools.json",
            ".editorconfig", ".globalconfig", "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props",
            "Directory.Solution.props", "Directory.Solution.targets", "MSBuild.rsp")),
        (".config", Encode("dotnet-tools.json")),
    ];

    /// <summary>The mounts, in no order.</summary>
    /// <param name="request">What is asked of the sandbox.</param>
    /// <param name="taken">Where the request itself says what is to be seen.</param>
    public static IEnumerable<BindMount> For(SandboxRequest request, IReadOnlyCollection<string> taken)
    {
        var working = request.Roots.IsEmpty ? null : RealPath.TryOfDirectory(request.WorkingDirectory);
        for (var index = 0; index < request.Roots.Length; index++)
        {
            var root = request.Roots[index];
            var below = working is not null && RealPath.IsAtOrBelow(working, root) ? working[root.Length..].Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries) : [];
            var seen = index < request.Seen.Length ? request.Seen[index] : new(root, Over: null);
            foreach (var place in In(seen, root, below))
            {
                if (place != seen.Own && !taken.Any(own => RealPath.IsAtOrBelow(own, root) && RealPath.IsAtOrBelow(place, own)) && !IsGranted(request, place))
                {
                    yield return new(seen.Below + place[root.Length..], place) { IsOptional = true };
                }
            }
        }
    }

    /// <summary>The places in one root that the step sees as they are live.</summary>
    private static List<string> In(SeenRoot seen, string root, string[] below)
    {
        var places = new List<string>();
        var live = Opening.Directory(seen.Below);
        using var top = new SeenDirectory(live, seen.Over is null ? null : Opening.Directory(seen.Over), seen.Since, Stat.Of(live).Mount);
        Walk(top, root, below, places);
        return places;
    }

    private static void Walk(SeenDirectory directory, string path, ReadOnlySpan<string> below, List<string> places)
    {
        foreach (var (name, files) in s_names)
        {
            using var inner = name.Length == 0 ? null : directory.Enter(Encoding.UTF8.GetBytes(name));
            if ((name.Length == 0 ? directory : inner) is { } holder)
            {
                places.AddRange(files.Where(file => holder.Shows(file.Bytes)).Select(file => Path.Combine(path, name, file.Name)));
            }
        }

        if (below.Length > 0)
        {
            using var next = directory.Enter(Encoding.UTF8.GetBytes(below[0]));
            if (next is not null)
            {
                Walk(next, Path.Combine(path, below[0]), below[1..], places);
            }
        }
    }

    /// <summary>A grant for something in a directory opens all of it: what else is changed there is judged afterwards.</summary>
    private static bool IsGranted(SandboxRequest request, string place) =>
        !request.Granted.IsEmpty && Encoding.UTF8.GetBytes(place) is var path && request.Granted.Any(glob => glob.Reaches(path));

    private static ImmutableArray<(string Name, byte[] Bytes)> Encode(params string[] names) => [.. names.Select(static name => (name, Encoding.UTF8.GetBytes(name)))];
}
