namespace SandboxedBuild.Violations;

/// <summary>Tells a complaint of what the sandbox has refused from any other.</summary>
/// <param name="view">What the step saw.</param>
internal sealed class ComplaintJudge(ShownPaths view)
{
    /// <summary>The violation that the complaint is of, or null.</summary>
    public Violation? Judge(Complaint complaint) => complaint.Refusal switch
    {
        Refusal.Unreachable => view.HasNetwork ? null : Make(ViolationKind.Network, complaint.Words.FirstOrDefault(string.Empty), complaint),

        // Nothing but the sandbox makes a filesystem read-only, or hardly ever; so it is one even if no path is named.
        Refusal.ReadOnly => First(complaint, KindOfWrite) ?? Make(ViolationKind.Write, string.Empty, complaint),
        Refusal.Denied => First(complaint, path => KindOfWrite(path) is { } kind && ShownPaths.MayWriteOnHost(path) && view.Of(path) != Sight.Unseen ? kind : KindOfRead(path)),
        _ => First(complaint, KindOfRead) ?? (complaint.Makes ? First(complaint, KindOfMaking) : null) ?? OfProgram(complaint),
    };

    private ViolationKind? KindOfWrite(string path) => view.Of(path) switch
    {
        Sight.Open => null,
        Sight.Protected => ViolationKind.Protected,
        _ => ViolationKind.Write,
    };

    private ViolationKind? KindOfRead(string path) => view.Lacks(path) ? ViolationKind.Read : null;

    /// <summary>It was to be made in a directory that the step does not see.</summary>
    private ViolationKind? KindOfMaking(string path) => Path.GetDirectoryName(path) is { } parent && view.Lacks(parent) ? ViolationKind.Write : null;

    /// <summary>A program that is on PATH, in a directory that the step does not see.</summary>
    private Violation? OfProgram(Complaint complaint)
    {
        foreach (var word in complaint.Words.Concat(complaint.Speaker).Where(static word => !word.Contains('/', StringComparison.Ordinal) && word is not ("." or "..")))
        {
            var places = view.SearchPath.Select(directory => Path.Combine(directory, word)).Where(File.Exists).ToList();
            if (places.Count > 0 && places.TrueForAll(view.Lacks))
            {
                return Make(ViolationKind.Read, places[0], complaint);
            }
        }

        return null;
    }

    /// <summary>Absolute paths first: what is relative may be relative to another directory than the one in which the command began.</summary>
    private Violation? First(Complaint complaint, Func<string, ViolationKind?> kindOf)
    {
        foreach (var word in complaint.Words.OrderByDescending(static word => word.StartsWith('/')).Concat(complaint.Speaker))
        {
            var path = view.Full(word);
            if (path != "/" && kindOf(path) is { } kind)
            {
                return Make(kind, path, complaint);
            }
        }

        return null;
    }

    private static Violation Make(ViolationKind kind, string subject, Complaint complaint) =>
        new(kind, subject, complaint.Line.Trim(), Remedies.For(kind, subject, complaint.Removes)) { Removes = complaint.Removes };
}
