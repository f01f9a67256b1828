using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Change items as text, one a line: <c>Modified File 0644 12 src/main.c</c>.</summary>
internal static class ChangeItems
{
    public static string Describe(this IEnumerable<ITaskItem>? items) => string.Concat((items ?? []).Select(item => Line(item) + "\n"));

    private static string Line(ITaskItem item)
    {
        var oldPath = item.GetMetadata("OldPath");
        var words = new[]
        {
            item.GetMetadata("ChangeKind"),
            item.GetMetadata("EntryType"),
            item.GetMetadata("Mode"),

            // A directory's is whatever the filesystem makes of it.
            item.GetMetadata("EntryType") == "Directory" ? "" : item.GetMetadata("Size"),
            item.GetMetadata("RelativePath"),
            oldPath.Length == 0 ? "" : "from " + Path.GetRelativePath(item.GetMetadata("Root"), oldPath),
        };
        return string.Join(' ', words.Where(word => word.Length > 0));
    }
}
