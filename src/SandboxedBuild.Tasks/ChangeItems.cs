using System.Globalization;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Tasks;

/// <summary>Changes as MSBuild items.</summary>
internal static class ChangeItems
{
    public static ITaskItem[] Items(IEnumerable<Change> changes) => [.. changes.Select(ToItem)];

    /// <summary>The items of one kind, without directories.</summary>
    public static ITaskItem[] Files(IEnumerable<Change> changes, ChangeKind kind) =>
        Items(changes.Where(change => change.Kind == kind && change.Type != EntryType.Directory));

    public static string FullPath(Change change) => change.Path.IsRoot ? change.Root.Path : $"{change.Root.Path}/{change.Path}";

    private static ITaskItem ToItem(Change change)
    {
        // Names may hold what MSBuild gives a meaning to: ; % * $ @ ( ).
        var item = Escaping.Item(FullPath(change));
        Set("ChangeKind", change.Kind.ToString());
        Set("EntryType", change.Type.ToString());
        Set("Root", change.Root.Path);
        Set("RelativePath", change.Path.ToString());
        Set("OldPath", change.RenamedFrom is { } old ? $"{change.Root.Path}/{old}" : string.Empty);
        Set("Size", change.Size.ToString(CultureInfo.InvariantCulture));
        Set("Mode", "0" + Convert.ToString(change.Mode, 8).PadLeft(3, '0'));
        return item;

        void Set(string name, string value) => item.SetMetadata(name, Escaping.Escape(value));
    }
}
