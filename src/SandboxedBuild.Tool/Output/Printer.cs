using SandboxedBuild.Diffs;

namespace SandboxedBuild.Tool.Output;

/// <summary>Writes lines for people. Nothing is wrapped: a terminal does that itself, and a pipe wants lines whole.</summary>
/// <param name="writer">Where to.</param>
/// <param name="isColoured">Whether inks show.</param>
internal sealed class Printer(TextWriter writer, bool isColoured)
{
    /// <summary>One line of one ink.</summary>
    public void Line(string text = "", Ink ink = default) => Line((text, ink));

    /// <summary>One line of several pieces.</summary>
    public void Line(params ReadOnlySpan<(string Text, Ink Ink)> pieces)
    {
        Write(pieces);
        writer.WriteLine();
    }

    /// <summary>The beginning of a line.</summary>
    public void Write(params ReadOnlySpan<(string Text, Ink Ink)> pieces)
    {
        foreach (var (text, ink) in pieces)
        {
            var safe = Printable.Of(text);
            writer.Write(isColoured && !string.IsNullOrEmpty(ink.Code) ? $"\e[{ink.Code}m{safe}\e[m" : safe);
        }
    }

    /// <summary>One line of pieces that tabs part.</summary>
    public void Tabbed(IEnumerable<string> pieces, Ink ink)
    {
        var separator = string.Empty;
        foreach (var piece in pieces)
        {
            writer.Write(separator);
            Write((piece, ink));
            separator = "\t";
        }

        writer.WriteLine();
    }
}
