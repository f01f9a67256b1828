using System.Buffers;
using System.Collections.Immutable;

namespace SandboxedBuild.Violations;

/// <summary>A line in which a command says that something was refused to it, or not there.</summary>
/// <param name="Refusal">What was the matter.</param>
/// <param name="Line">The line.</param>
/// <param name="Words">What in it may be a path, a program or a host, the likeliest first.</param>
/// <param name="Speaker">The same of its beginning, where most programs put their own name, and some the path.</param>
internal sealed record Complaint(Refusal Refusal, string Line, ImmutableArray<string> Words, ImmutableArray<string> Speaker)
{
    /// <summary>Nobody's message is longer; what a line has beyond that is not looked at.</summary>
    private const int LongestLine = 4096;

    private const int MostWords = 64;

    /// <summary>In the words of the C library, shells, Node.js, Python, Go, Rust, .NET and curl; the first that a line has counts. Names of errors in capitals, for they are parts of other words, too.</summary>
    private static readonly ImmutableArray<(Refusal Refusal, SearchValues<string> Phrases, SearchValues<string> Names)> s_phrases =
    [
        (Refusal.Unreachable, Any(
            "could not resolve", "couldn't resolve", "unable to resolve host", "cannot resolve host", "failed to resolve", "temporary failure in name resolution", "name or service not known",
            "temporary failure resolving", "no address associated with hostname", "network is unreachable", "nodename nor servname", "bad address '",
            "connection refused", "couldn't connect to server", "no route to host", "failed to lookup address", "name resolution failure", "network unreachable"),
            Names("EAI_AGAIN", "ENOTFOUND", "ENETUNREACH", "ECONNREFUSED", "EHOSTUNREACH", "NU1301")),
        (Refusal.ReadOnly, Any("read-only file system", "[errno 30]", "os error 30"), Names("EROFS")),
        (Refusal.Denied, Any("permission denied", "operation not permitted", "is denied", "[errno 13]", "[errno 1]", "os error 13"), Names("EACCES", "EPERM")),
        (Refusal.Missing, Any(
            "no such file", "not found", "cannot find", "could not find", "couldn't find", "[errno 2]", "os error 2", "does not exist", "doesn't exist", "no such directory", "nonexistent", "can't cd to", "not a git repository"),
            Names("ENOENT")),
    ];

    private static readonly SearchValues<string> s_makes = Any("create", "mkdir", "write", "output", "touch", "save", "making", "make directory", "new file", "copy_file", "for writing");
    private static readonly SearchValues<string> s_removes = Any("remove", "unlink", "rename", "move ", "moving", "replace", "rmdir", "delet");
    private static readonly char[] s_quotes = [.. "'\"`‘’“”«»"];
    private static readonly SearchValues<char> s_edges = SearchValues.Create("'\"`‘’“”«»()[]<>{},;:. \t");

    /// <summary>Whether the line speaks of making or writing something.</summary>
    public bool Makes => Line.AsSpan().ContainsAny(s_makes);

    /// <summary>Whether the line speaks of taking something away, which cannot be done to what is mounted.</summary>
    public bool Removes => Line.AsSpan().ContainsAny(s_removes);

    /// <summary>Reads a line; null if it is no such line.</summary>
    public static Complaint? In(string line)
    {
        var text = line.Length > LongestLine ? line[..LongestLine] : line;
        foreach (var (refusal, phrases, names) in s_phrases)
        {
            if (text.AsSpan().ContainsAny(phrases) || text.AsSpan().ContainsAny(names))
            {
                var fields = text.Split([": ", " : ", " ("], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return refusal == Refusal.Unreachable
                    ? new(refusal, text, HostName.In(text), [])
                    : new(refusal, text, Some(Quoted(text).Concat(Wholes(fields.Skip(1))).Concat(fields.Skip(1).SelectMany(WordsOf))), Some(fields.Take(1).SelectMany(WordsOf)));
            }
        }

        return null;
    }

    private static ImmutableArray<string> Some(IEnumerable<string> words) => [.. words.Where(static word => word.Length > 0 && !word.Contains('\0', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Take(MostWords)];

    private static IEnumerable<string> Quoted(string line) => line.Split(s_quotes).Skip(1).Where(static part => !part.Contains(": ", StringComparison.Ordinal));

    /// <summary>What stands between colons: programs put a path first (<c>cp: path: reason</c>) or last (<c>reason: path</c>).</summary>
    private static IEnumerable<string> Wholes(IEnumerable<string> fields) => fields.Select(Bare).Where(static field => !field.Contains(' ', StringComparison.Ordinal));

    private static IEnumerable<string> WordsOf(string field) => field.Split([' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries).Select(Bare);

    /// <summary>Without what encloses it, or ends the sentence; a leading dot is a path's.</summary>
    private static string Bare(string word)
    {
        var (start, end) = (0, word.Length);
        while (end > start && s_edges.Contains(word[end - 1]))
        {
            end--;
        }

        while (start < end && s_edges.Contains(word[start]) && word[start] != '.')
        {
            start++;
        }

        return word[start..end];
    }

    private static SearchValues<string> Names(params ReadOnlySpan<string> names) => SearchValues.Create(names, StringComparison.Ordinal);

    private static SearchValues<string> Any(params ReadOnlySpan<string> phrases) => SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
}
