using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>What is committed is what was collected and seen: nobody has put anything else into the upper layers since.</summary>
internal static class Reviewed
{
    /// <exception cref="SandboxException">SBX4001: an entry is another one, or says something else.</exception>
    public static void Require(ImmutableArray<Change> changes)
    {
        var others = new List<(Change Change, string Reason)>();
        foreach (var group in changes.Where(static change => change is { Upper: not null, SameAs: null, Path.IsRoot: false }).GroupBy(static change => change.Root))
        {
            using var upper = Opening.Directory(group.Key.Upper);
            others.AddRange(Others(group, upper).Select(static change => (change, "what the step left there has been changed since it was looked at")));
        }

        if (others.Count > 0)
        {
            throw ChangeDiagnostics.Conflict(others).AsException();
        }
    }

    /// <summary>The changes are sorted, so that the next one is mostly in the same directory or right below it.</summary>
    private static IEnumerable<Change> Others(IEnumerable<Change> changes, Descriptor upper)
    {
        Descriptor? parent = null;
        var path = default(BytePath);
        try
        {
            foreach (var change in changes)
            {
                var next = change.Path.Parent;
                if (parent is null || next != path)
                {
                    var below = parent is not null && next.IsAtOrBelow(path);
                    var opened = below ? Opening.TryDirectory(parent!, BytePath.FromBytes(next.Bytes[(path.IsRoot ? 0 : path.Bytes.Length + 1)..])) : Opening.TryDirectory(upper, next);
                    parent?.Dispose();
                    (parent, path) = (opened, next);
                }

                if (parent is null || Stat.TryOf(parent, change.Path.Name) is not { } now || !now.IsSameVersionAs(change.Upper!.Value) || now.Type != change.Type)
                {
                    yield return change;
                }
            }
        }
        finally
        {
            parent?.Dispose();
        }
    }
}
