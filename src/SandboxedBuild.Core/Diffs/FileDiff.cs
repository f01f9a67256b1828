using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Diffs;

/// <summary>
/// One change as git writes it in a patch, which patch(1) and git-apply(1) understand. What that format cannot say (binary files,
/// directories, FIFOs, owners) is a line that begins with <c>#</c>, which both pass over.
/// </summary>
/// <param name="Change">The change.</param>
/// <param name="Before">The entry before; null for an added one.</param>
/// <param name="After">The entry after; null for a deleted one.</param>
internal sealed record FileDiff(Change Change, Side? Before, Side? After)
{
    /// <summary>The text, in the form of <see cref="TextLines"/>.</summary>
    public string Text
    {
        get
        {
            // Of another type: one goes, another comes.
            if (Before is not null && After is not null && Before.Type != After.Type)
            {
                return (this with { After = null }).Text + (this with { Before = null }).Text;
            }

            var sides = new[] { Before, After }.OfType<Side>().ToList();
            return sides.TrueForAll(static side => side.IsText) || IsPureRename || IsModeOnly ? Patch() : Remark();
        }
    }

    private BytePath OldPath => Change.RenamedFrom ?? Change.Path;

    /// <summary>A file of whatever contents that only has another name is no more than its name.</summary>
    private bool IsPureRename => Change.RenamedFrom is not null && Before?.Text == After?.Text && Before?.Sha256 == After?.Sha256 && (Before is { IsText: true } or { Sha256: not null });

    private bool IsModeOnly => Change.Kind == ChangeKind.Metadata && Change.Type == EntryType.File && Before?.Mode != After?.Mode;

    private string Patch()
    {
        var text = new StringBuilder();
        text.Append("diff --git ").Append(PatchName.Of("a/", OldPath)).Append(' ').Append(PatchName.Of("b/", Change.Path)).Append('\n');
        if (Before is null)
        {
            text.Append("new file mode ").Append(After!.GitMode).Append('\n');
        }
        else if (After is null)
        {
            text.Append("deleted file mode ").Append(Before.GitMode).Append('\n');
        }
        else if (Before.GitMode != After.GitMode || Change.Type == EntryType.SymbolicLink)
        {
            // Without it patch(1) takes a symlink for a file.
            text.Append("old mode ").Append(Before.GitMode).Append("\nnew mode ").Append(After.GitMode).Append('\n');
        }

        if (Change.RenamedFrom is not null)
        {
            text.Append(IsPureRename ? "similarity index 100%\n" : string.Empty);
            text.Append("rename from ").Append(PatchName.Of(string.Empty, OldPath)).Append("\nrename to ").Append(PatchName.Of(string.Empty, Change.Path)).Append('\n');
        }

        var hunks = Change.Kind == ChangeKind.Metadata ? string.Empty : UnifiedDiff.Hunks(Before?.Text ?? string.Empty, After?.Text ?? string.Empty);
        if (hunks.Length > 0)
        {
            text.Append("--- ").Append(Before is null ? "/dev/null" : PatchName.Of("a/", OldPath)).Append("\n+++ ").Append(After is null ? "/dev/null" : PatchName.Of("b/", Change.Path)).Append('\n').Append(hunks);
        }

        return text.ToString();
    }

    private string Remark()
    {
        var type = (After ?? Before)!.Type is EntryType.File ? "binary file" : ChangeWords.Type((After ?? Before)!.Type);
        var kind = Before is null ? "added" : After is null ? "deleted" : ChangeWords.Kind(Change);
        var remark = $"# {kind} {type} {ChangeWords.Path(Change)}{(Before is not null && After is not null ? ChangeWords.Remark(Change) : string.Empty)}";
        var sizes = new[] { Before, After }.OfType<Side>().Where(static side => side.Type == EntryType.File).Select(Size).ToList();
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Printable.Of(remark + (sizes.Count > 0 && Change.Kind != ChangeKind.Metadata ? ": " + string.Join(" -> ", sizes) : string.Empty)))) + "\n";
    }

    private static string Size(Side side) => $"{side.Size} bytes{(side.Sha256 is { } hash ? $", sha256 {hash}" : side.IsText ? " of text" : ", not readable")}";
}
