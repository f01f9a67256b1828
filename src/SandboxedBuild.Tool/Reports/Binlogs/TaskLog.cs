using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Build.Framework;

namespace SandboxedBuild.Tool.Reports.Binlogs;

/// <summary>Sorts what is logged by the task that logged it, and keeps what comes from a sandboxed step.</summary>
/// <param name="projectOf">The project of an event.</param>
/// <param name="targetOf">The target of an event.</param>
internal sealed class TaskLog(Func<BuildEventContext, (string? File, string? Framework)> projectOf, Func<BuildEventContext, string?> targetOf)
{
    private const int MostLines = 500;
    private const int LongestLine = 4000;
    private const int MostMessages = 200;

    private readonly Dictionary<(int Node, int Project, int Task), LoggedTask> _running = [];
    private readonly HashSet<LoggedTask> _ours = [];

    /// <summary>The tasks of sandboxed steps.</summary>
    public List<LoggedTask> Tasks { get; } = [];

    /// <summary>The types of events that were newer than this tool, and their versions.</summary>
    public SortedDictionary<string, int> Newer { get; } = new(StringComparer.Ordinal);

    /// <summary>How many events are not in the form that their version says.</summary>
    public int Unreadable { get; private set; }

    public static DateTimeOffset Time(BuildEventArgs logged) => new(logged.Timestamp.ToUniversalTime(), TimeSpan.Zero);

    public void Start(TaskStartedEventArgs started)
    {
        if (started.BuildEventContext is { } context && IsCandidate(started.TaskName))
        {
            var (project, framework) = projectOf(context);
            _running[Key(context)] = new() { Name = started.TaskName, Node = context.NodeId, Project = project, TargetFramework = framework, Target = targetOf(context), Started = Time(started) };
        }
    }

    /// <summary>An event of ours.</summary>
    public void Take(string type, string? data, IDictionary<string, string?>? metadata, BuildEventArgs logged)
    {
        if (logged.BuildEventContext is not { } context)
        {
            Unreadable++;
            return;
        }

        if (!_running.TryGetValue(Key(context), out var task))
        {
            var (project, framework) = projectOf(context);
            _running[Key(context)] = task = new() { Node = context.NodeId, Project = project, TargetFramework = framework, Target = targetOf(context), Started = Time(logged) };
        }

        if (_ours.Add(task))
        {
            Tasks.Add(task);
        }

        task.Finished = Time(logged);
        try
        {
            Read(task, type, data ?? string.Empty, metadata, logged);
        }
        catch (JsonException)
        {
            Unreadable++;
        }
    }

    /// <summary>Any other event: what the command printed, and what was said of it.</summary>
    public void Take(BuildEventArgs logged)
    {
        if (logged.BuildEventContext is not { } context || !_running.TryGetValue(Key(context), out var task))
        {
            return;
        }

        switch (logged)
        {
            case BuildErrorEventArgs error:
                Add(task, "error", error.Code, error.Message);
                break;
            case BuildWarningEventArgs warning:
                Add(task, "warning", warning.Code, warning.Message);
                break;
            case TaskFinishedEventArgs finished:
                task.Finished = Time(finished);
                if (!_ours.Contains(task))
                {
                    _running.Remove(Key(context));
                }

                break;

            // The command line that MSBuild prints is an event of another type; so is nearly all that is no text of the command.
            case BuildMessageEventArgs { Importance: MessageImportance.High, Message: { } text } when logged.GetType() == typeof(BuildMessageEventArgs):
                Print(task, text);
                break;
        }
    }

    /// <summary>Exec is ours with <c>SandboxOverrideExec</c>; most are not, and what they print is soon forgotten.</summary>
    private static bool IsCandidate(string name) => name is "Exec" or "SandboxedExec" or "OverlayCommit" || name.StartsWith("SandboxedBuild.", StringComparison.Ordinal);

    private static (int Node, int Project, int Task) Key(BuildEventContext context) => (context.NodeId, context.ProjectContextId, context.TaskId);

    private static void Print(LoggedTask task, string text)
    {
        if (task.Output.Count < MostLines)
        {
            task.Output.Add(Cut(text));
        }
        else
        {
            task.OmittedOutput++;
        }
    }

    private static void Add(LoggedTask task, string severity, string? code, string? text)
    {
        if (task.Messages.Count < MostMessages)
        {
            task.Messages.Add(new(severity, string.IsNullOrEmpty(code) ? null : code, Cut(text ?? string.Empty)));
        }
    }

    private static string Cut(string text) => text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine), "…");

    private static T Parse<T>(string data, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(data, type) ?? throw new JsonException();

    private void Read(LoggedTask task, string type, string data, IDictionary<string, string?>? metadata, BuildEventArgs logged)
    {
        var version = Parse(data, EventDataJson.Default.VersionData).Version ?? throw new JsonException();
        if (version > EventData.Versions[type])
        {
            Newer[type] = version;
        }

        switch (type)
        {
            case EventData.Gate:
                task.Gate = (Parse(data, EventDataJson.Default.GateData), logged.Message, metadata?.TryGetValue("rule", out var rule) == true ? rule : null);
                break;
            case EventData.Step:
                task.Step = (Parse(data, EventDataJson.Default.StepData), Time(logged));
                break;
            case EventData.ChangeSet:
                task.Changes = Parse(data, EventDataJson.Default.ChangeSetData);
                break;
            case EventData.Patch:
                task.Patch = Parse(data, EventDataJson.Default.PatchData);
                break;
            case EventData.Reads:
                task.Reads = Parse(data, EventDataJson.Default.ReadsData);
                break;
            default:
                task.Violations.Add(Parse(data, EventDataJson.Default.ViolationData));
                break;
        }
    }
}
