namespace SandboxedBuild.Auditing;

/// <summary>Text and lists of which others decide how long they are, as much of them as a line of the log takes.</summary>
internal static class Bounded
{
    private const int LongestText = 500;
    private const int LongestList = 20;

    /// <summary>The text, or its beginning and <c>…</c>; half of a surrogate pair goes, too.</summary>
    public static string Text(string text, int longest = LongestText) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";

    /// <summary>The first of them, and <c>…</c> where there are more.</summary>
    public static string[] List(IEnumerable<string> texts)
    {
        string[] first = [.. texts.Take(LongestList + 1).Select(static text => Text(text))];
        return first.Length <= LongestList ? first : [.. first[..LongestList], "…"];
    }
}
