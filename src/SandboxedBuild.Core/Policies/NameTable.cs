using System.Text;

namespace SandboxedBuild.Policies;

/// <summary>Folded names and why each is protected. Thousands of names are asked for that are none of them: most are told by their length.</summary>
internal sealed class NameTable
{
    private readonly (byte[] Name, string Why)[][] _byLength;

    public NameTable(params (string Why, string[] Names)[] rows)
    {
        var names = rows.SelectMany(static row => row.Names.Select(name => (Name: Encoding.ASCII.GetBytes(name), row.Why))).ToLookup(static entry => entry.Name.Length);
        _byLength = [.. Enumerable.Range(0, names.Max(static group => group.Key) + 1).Select(length => names[length].ToArray())];
    }

    /// <summary>Why a name is protected, or null.</summary>
    public string? Find(ReadOnlySpan<byte> folded)
    {
        if (folded.Length < _byLength.Length)
        {
            foreach (var (name, why) in _byLength[folded.Length])
            {
                if (folded.SequenceEqual(name))
                {
                    return why;
                }
            }
        }

        return null;
    }
}
