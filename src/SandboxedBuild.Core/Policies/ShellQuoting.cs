using System.Buffers;

namespace SandboxedBuild.Policies;

/// <summary>Words as a shell reads them back, for commands that a person is to type.</summary>
internal static class ShellQuoting
{
    private static readonly SearchValues<char> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%");

    /// <summary>The word itself where nothing in it means something to a shell, else between quotes.</summary>
    public static string Quote(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(s_plain) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A command of these words and no others.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
