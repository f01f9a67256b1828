using System.Globalization;
using System.Text;

namespace SandboxedBuild.TestKit;

/// <summary>
/// A directory as stable text, one line an entry, sorted by name: type, mode, name, and then the content of a short text, the size
/// and hash of another file, or the target of a symbolic link.
/// <code>
/// d 755 .
/// f 644 hello.txt "hello\n"
/// f 644 logo.png 20480 bytes, sha256 0f343b0931126a20
/// l 777 link -> hello.txt
/// </code>
/// </summary>
/// <remarks>Names are bytes: those that are not UTF-8, and control characters, show as <c>\xNN</c>.</remarks>
public static class TreeDescription
{
    /// <summary>Is in a repository that a test has made of its tree because what it tests needs one: that is left out.</summary>
    public const string PlantedMark = ".git/planted";

    /// <summary>Describes what is at and below a directory; what cannot be read shows as <c>unreadable</c>.</summary>
    public static string Of(string directory, TreeDetails details = TreeDetails.None)
    {
        var firstNames = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var entry in Entries(directory))
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Type} {entry.Mode} {entry.Name.Displayed}{Content(directory, entry)}");
            if (details.HasFlag(TreeDetails.Owners))
            {
                text.Append(" owner ").Append(entry.Owner);
            }

            if (details.HasFlag(TreeDetails.Times))
            {
                text.Append(" modified ").Append(entry.Modified);
            }

            if (details.HasFlag(TreeDetails.HardLinks) && entry.Type is not "d" && !firstNames.TryAdd(entry.Inode, entry.Name.Displayed))
            {
                text.Append(" same file as ").Append(firstNames[entry.Inode]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    // find knows all types, modes, times and names, which .NET's enumeration does not.
    private static IEnumerable<Entry> Entries(string directory)
    {
        string[] planted = File.Exists(Path.Combine(directory, PlantedMark)) ? ["-path", directory + "/.git", "-prune", "-o"] : [];
        var output = Command.Run("find", [directory, .. planted, "-printf", @"%y\0%m\0%P\0%l\0%i\0%U:%G\0%T@\0"]).Output;
        var fields = Encoding.Latin1.GetString(output).Split('\0');
        return fields.SkipLast(1).Chunk(7)
            .Select(field => new Entry(field[0], field[1], new(field[2]), new(field[3]), field[4], field[5], field[6]))
            .OrderBy(entry => entry.Name.Bytes, StringComparer.Ordinal);
    }

    private static string Content(string directory, Entry entry) => entry.Type switch
    {
        "f" => " " + FileContent.Describe([.. Encoding.UTF8.GetBytes(directory + "/"), .. Encoding.Latin1.GetBytes(entry.Name.Bytes)]),
        "l" => " -> " + entry.Target.Displayed,
        _ => "",
    };

    private sealed record Entry(string Type, string Mode, ByteText Name, ByteText Target, string Inode, string Owner, string Modified);

    /// <param name="Bytes">One character for each byte.</param>
    private sealed record ByteText(string Bytes)
    {
        public string Displayed => Bytes.Length == 0 ? "." : Escaping.Display(Encoding.Latin1.GetBytes(Bytes));
    }
}
