using System.Globalization;
using SandboxedBuild.Changes;
using SandboxedBuild.Diffs;

namespace SandboxedBuild.Tasks;

/// <summary>Changes in words.</summary>
internal static class ChangeSummary
{
    /// <summary>One line: <c>GenerateDocs: 12 added, 3 modified, 1 deleted in 84 ms (committed)</c>.</summary>
    public static string Line(string target, IReadOnlyCollection<Change> changes, Outcome outcome, TimeSpan time) => outcome switch
    {
        // What was thrown away has not been counted, for nobody needs it.
        Outcome.RolledBack => $"{target}: rolled back after {Time(time)}",
        _ when changes.Count == 0 => $"{target}: nothing changed in {Time(time)}",
        _ => $"{target}: {ChangeWords.Counts(changes)} in {Time(time)} ({outcome.ToString().ToLowerInvariant()})",
    };

    /// <summary>One change: <c>renamed  docs/b.md (was docs/a.md)</c>. Names come from programs that nobody trusts.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isFull">Whether the path alone does not say which root it is in.</param>
    public static string Line(Change change, bool isFull) =>
        Printable.Of($"  {ChangeWords.Kind(change),-8}  {(isFull ? $"{change.Root.Path}/" : string.Empty)}{ChangeWords.Path(change)}{ChangeWords.Remark(change)}");

    /// <summary>The words of a name: <c>rolled back</c>.</summary>
    public static string Words(string name) => string.Concat(name.Select(static (letter, index) => char.IsUpper(letter) && index > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static string Time(TimeSpan time) =>
        time.TotalSeconds < 10 ? $"{time.TotalMilliseconds:F0} ms" : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s");
}
