using System.Collections.Immutable;

namespace SandboxedBuild.Limits;

/// <summary>What a command says of limits: for what the kernel refuses to one process, it tells nobody else.</summary>
public sealed class LimitComplaints
{
    /// <summary>Words of libraries and of dash, Node, Python and the dynamic loader. A limit of the user namespace says nothing else than the first.</summary>
    private static readonly ImmutableArray<(string Words, Limit Limit)> s_words =
    [
        ("Resource temporarily unavailable", Limit.Processes),
        ("Cannot fork", Limit.Processes),
        ("File too large", Limit.FileSize),
        ("File size limit exceeded", Limit.FileSize),
        ("EFBIG", Limit.FileSize),
        ("Too many open files", Limit.OpenFiles),
        ("EMFILE", Limit.OpenFiles),
        ("cannot open shared object file: Error 24", Limit.OpenFiles),
    ];

    private readonly HashSet<Limit> _heard = [];

    /// <summary>A line that the command has printed.</summary>
    public void Hear(string line)
    {
        foreach (var (words, limit) in s_words)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                _heard.Add(limit);
            }
        }
    }

    /// <summary>Whether it complained of this limit.</summary>
    public bool AreOf(Limit limit) => _heard.Contains(limit);
}
