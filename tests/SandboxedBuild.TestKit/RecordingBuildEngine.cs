using System.Collections;
using Microsoft.Build.Framework;

namespace SandboxedBuild.TestKit;

/// <summary>
/// The part of a build that a task sees: it records what is logged and keeps the objects that tasks register until the build's
/// end, which is <see cref="Dispose"/>.
/// </summary>
public sealed class RecordingBuildEngine : IBuildEngine10, IDisposable
{
    private readonly Lock _access = new();
    private readonly List<BuildEventArgs> _events = [];
    private readonly Dictionary<(object Key, RegisteredTaskObjectLifetime Lifetime), object?> _taskObjects = [];
    private readonly List<string> _turns = [];

    /// <summary>All that was logged so far, in order.</summary>
    public IReadOnlyList<BuildEventArgs> Events
    {
        get
        {
            lock (_access)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The errors so far.</summary>
    public IEnumerable<BuildErrorEventArgs> Errors => Events.OfType<BuildErrorEventArgs>();

    /// <summary>The warnings so far.</summary>
    public IEnumerable<BuildWarningEventArgs> Warnings => Events.OfType<BuildWarningEventArgs>();

    /// <summary>The messages so far, command lines and extended ones too.</summary>
    public IEnumerable<BuildMessageEventArgs> Messages => Events.OfType<BuildMessageEventArgs>();

    /// <summary>The custom events so far.</summary>
    public IEnumerable<CustomBuildEventArgs> CustomEvents => Events.OfType<CustomBuildEventArgs>();

    /// <summary>The extended events so far: errors, warnings, messages or custom ones that carry a type and metadata.</summary>
    public IEnumerable<IExtendedBuildEventArgs> ExtendedEvents => Events.OfType<IExtendedBuildEventArgs>();

    /// <summary><c>Yield</c> and <c>Reacquire</c>, as they came.</summary>
    public IReadOnlyList<string> Turns
    {
        get
        {
            lock (_access)
            {
                return [.. _turns];
            }
        }
    }

    /// <summary>The project's global properties.</summary>
    public IReadOnlyDictionary<string, string> GlobalProperties { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The codes of warnings that this build treats as errors.</summary>
    public IReadOnlySet<string> WarningsAsErrors { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string ProjectFileOfTaskNode { get; set; } = "/project/the.csproj";

    /// <inheritdoc/>
    public int LineNumberOfTaskNode { get; set; } = 10;

    /// <inheritdoc/>
    public int ColumnNumberOfTaskNode { get; set; } = 5;

    /// <inheritdoc/>
    public bool ContinueOnError { get; set; }

    /// <inheritdoc/>
    public bool AllowFailureWithoutError { get; set; }

    /// <inheritdoc/>
    public bool IsRunningMultipleNodes => false;

    /// <inheritdoc/>
    public EngineServices EngineServices { get; } = new EverythingLogged();

    /// <inheritdoc/>
    public void LogErrorEvent(BuildErrorEventArgs e) => Record(e);

    /// <inheritdoc/>
    public void LogWarningEvent(BuildWarningEventArgs e) => Record(e);

    /// <inheritdoc/>
    public void LogMessageEvent(BuildMessageEventArgs e) => Record(e);

    /// <inheritdoc/>
    public void LogCustomEvent(CustomBuildEventArgs e) => Record(e);

    /// <inheritdoc/>
    public void LogTelemetry(string eventName, IDictionary<string, string> properties)
    {
        // Nothing here sends any.
    }

    /// <summary>Waits until an event is logged that fits, for as long as a test can bear.</summary>
    /// <exception cref="TimeoutException">None was.</exception>
    public BuildEventArgs WaitFor(Predicate<BuildEventArgs> fits)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < deadline; Thread.Sleep(5))
        {
            if (Events.FirstOrDefault(logged => fits(logged)) is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException("no such event; logged were:\n" + string.Join('\n', Events.Select(logged => logged.Message)));
    }

    /// <inheritdoc/>
    public void RegisterTaskObject(object key, object obj, RegisteredTaskObjectLifetime lifetime, bool allowEarlyCollection)
    {
        lock (_access)
        {
            _taskObjects[(key, lifetime)] = obj;
        }
    }

    /// <inheritdoc/>
    public object? GetRegisteredTaskObject(object key, RegisteredTaskObjectLifetime lifetime)
    {
        lock (_access)
        {
            return _taskObjects.GetValueOrDefault((key, lifetime));
        }
    }

    /// <inheritdoc/>
    public object? UnregisterTaskObject(object key, RegisteredTaskObjectLifetime lifetime)
    {
        lock (_access)
        {
            return _taskObjects.Remove((key, lifetime), out var removed) ? removed : null;
        }
    }

    /// <summary>Ends the build: registered objects are disposed of.</summary>
    public void Dispose()
    {
        List<object?> objects;
        lock (_access)
        {
            objects = [.. _taskObjects.Values];
            _taskObjects.Clear();
        }

        foreach (var disposable in objects.OfType<IDisposable>())
        {
            disposable.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Yield() => Turn(nameof(Yield));

    /// <inheritdoc/>
    public void Reacquire() => Turn(nameof(Reacquire));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> GetGlobalProperties() => GlobalProperties;

    /// <inheritdoc/>
    public bool ShouldTreatWarningAsError(string warningCode) => WarningsAsErrors.Contains(warningCode);

    /// <inheritdoc/>
    public int RequestCores(int requestedCores) => 1;

    /// <inheritdoc/>
    public void ReleaseCores(int coresToRelease)
    {
        // There is always one.
    }

    /// <inheritdoc/>
    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) =>
        throw NoProjects();

    /// <inheritdoc/>
    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs, string toolsVersion) =>
        throw NoProjects();

    /// <inheritdoc/>
    public bool BuildProjectFilesInParallel(
        string[] projectFileNames,
        string[] targetNames,
        IDictionary[] globalProperties,
        IDictionary[] targetOutputsPerProject,
        string[] toolsVersion,
        bool useResultsCache,
        bool unloadProjectsOnCompletion) => throw NoProjects();

    /// <inheritdoc/>
    public BuildEngineResult BuildProjectFilesInParallel(
        string[] projectFileNames,
        string[] targetNames,
        IDictionary[] globalProperties,
        IList<string>[] removeGlobalProperties,
        string[] toolsVersion,
        bool returnTargetOutputs) => throw NoProjects();

    private static NotSupportedException NoProjects() => new("this engine runs tasks, not projects");

    private void Record(BuildEventArgs logged)
    {
        lock (_access)
        {
            _events.Add(logged);
        }
    }

    private void Turn(string what)
    {
        lock (_access)
        {
            _turns.Add(what);
        }
    }

    private sealed class EverythingLogged : EngineServices
    {
        public override int Version => Version1;

        public override bool IsTaskInputLoggingEnabled => false;

        public override bool LogsMessagesOfImportance(MessageImportance importance) => true;
    }
}
