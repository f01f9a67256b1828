namespace SandboxedBuild.Diffs;

/// <summary>
/// Files as lines. Text is bytes here, one character each (Latin-1): what is not UTF-8 has to come out of a patch as it went in.
/// </summary>
internal static class TextLines
{
    /// <summary>The lines, each with the newline that ends it; only the last may have none. A carriage return is part of a line.</summary>
    public static string[] Of(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var newline = text.IndexOf('\n', start);
            var end = newline < 0 ? text.Length : newline + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
