using System.Collections.Immutable;

namespace SandboxedBuild.Violations;

/// <summary>
/// What a command that failed has complained of, judged by what it was allowed to see: only what the sandbox has refused, and would not be refused without it, is a
/// violation. A path counts if the view agrees; what the command says is no proof of more, for it may print what it likes.
/// </summary>
public sealed class Complaints
{
    /// <summary>The last ones tell most of why a command has failed.</summary>
    private const int MostLines = 1000;

    private readonly Queue<Complaint> _complaints = new();

    /// <summary>Takes a line that the command has printed.</summary>
    public void Hear(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (Complaint.In(line) is { } complaint)
        {
            _complaints.Enqueue(complaint);
            if (_complaints.Count > MostLines)
            {
                _complaints.Dequeue();
            }
        }
    }

    /// <summary>The violations among them, each once, in the order in which they were heard.</summary>
    /// <param name="plan">By which the command ran.</param>
    public ImmutableArray<Violation> Judge(Sandboxing.SandboxPlan plan)
    {
        var judge = new ComplaintJudge(new(plan));
        var violations = _complaints.Select(judge.Judge).OfType<Violation>().DistinctBy(static violation => (violation.Kind, violation.Subject)).ToList();

        // What does not say what it was to says nothing beside one of its kind that does.
        return [.. violations.Where(violation => violation.Subject.Length > 0 || !violations.Exists(other => other.Kind == violation.Kind && other.Subject.Length > 0))];
    }
}
