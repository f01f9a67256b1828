using SandboxedBuild.Changes;

namespace SandboxedBuild.Core.Tests;

/// <summary>Changes as text: <c>Renamed File to from</c>.</summary>
internal static class ChangeText
{
    public static string Of(IEnumerable<Change> changes) => string.Join('\n', changes.Select(Line));

    private static string Line(Change change) =>
        $"{change.Kind} {change.Type} {(change.Path.IsRoot ? "." : change.Path)}{(change.RenamedFrom is { } old ? $" from {old}" : string.Empty)}";
}
