extern alias StructuredLogger;

using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Diagnostics;
using StructuredLogger::Microsoft.Build.Logging.StructuredLogger;

// The reader has a type of its own of this name, and gives that.
using ExtendedMessage = StructuredLogger::Microsoft.Build.Framework.ExtendedBuildMessageEventArgs;

namespace SandboxedBuild.Tool.Reports.Binlogs;

/// <summary>Reads binlogs. This file and <see cref="TaskLog"/> are all that knows MSBuild's types.</summary>
internal sealed class BinlogReader
{
    private readonly Dictionary<(int Node, int Project), (string? File, string? Framework)> _projects = [];
    private readonly Dictionary<(int Node, int Project, int Target), string> _targets = [];
    private readonly TaskLog _log;
    private DateTimeOffset? _started;
    private DateTimeOffset? _finished;
    private bool? _succeeded;

    private BinlogReader() => _log = new(context => _projects.GetValueOrDefault((context.NodeId, context.ProjectContextId)), context => _targets.GetValueOrDefault((context.NodeId, context.ProjectContextId, context.TargetId)));

    /// <summary>Reads a file from its beginning to its end, once.</summary>
    /// <exception cref="SandboxException">It is no binlog, or one of a form that is not known.</exception>
    public static Binlog Read(string path)
    {
        // Opened first: what is missing or shut is another thing than what is broken.
        using (File.OpenRead(path))
        {
        }

        return new BinlogReader().ReadAll(path);
    }

    private Binlog ReadAll(string path)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var reader = new BinLogReader();
        Exception? failure = null;
        reader.OnException += e => failure ??= e;
        var records = 0;
        try
        {
            foreach (var record in reader.ReadRecords(path))
            {
                if (record.Args is { } logged)
                {
                    records++;
                    Take(logged);
                }
            }
        }
        catch (NotSupportedException e)
        {
            throw new SandboxException(ReportDiagnostics.NewerFormat(path, e.Message));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever a parser throws at bytes that are none of its own.
            failure = e;
        }

        if (records == 0)
        {
            throw new SandboxException(failure is NotSupportedException newer ? ReportDiagnostics.NewerFormat(path, newer.Message) : ReportDiagnostics.NoBinlog(path));
        }

        if (failure is not null || reader.HasEncounteredTruncation || _finished is null)
        {
            diagnostics.Add(ReportDiagnostics.CutOff(path));
        }

        diagnostics.AddRange(_log.Newer.Select(pair => ReportDiagnostics.NewerEvents(pair.Key, pair.Value, EventData.Versions[pair.Key])));
        if (_log.Unreadable > 0)
        {
            diagnostics.Add(ReportDiagnostics.UnreadableEvents(_log.Unreadable));
        }

        if (_log.Tasks.Count == 0)
        {
            diagnostics.Add(ReportDiagnostics.NoSteps(path));
        }

        return new(path, _started, _finished, _succeeded, [.. _log.Tasks], diagnostics.ToImmutable());
    }

    private void Take(BuildEventArgs logged)
    {
        switch (logged)
        {
            case BuildStartedEventArgs:
                _started ??= TaskLog.Time(logged);
                break;
            case BuildFinishedEventArgs finished:
                (_finished, _succeeded) = (TaskLog.Time(logged), finished.Succeeded);
                break;
            case ProjectStartedEventArgs { BuildEventContext: { } context } project:
                _projects[(context.NodeId, context.ProjectContextId)] = (project.ProjectFile, project.GlobalProperties?.TryGetValue("TargetFramework", out var framework) == true ? framework : null);
                break;
            case TargetStartedEventArgs { BuildEventContext: { } context } target:
                _targets[(context.NodeId, context.ProjectContextId, context.TargetId)] = target.TargetName;
                break;
            case TaskStartedEventArgs started:
                _log.Start(started);
                break;
            case ExtendedMessage { ExtendedType: { } type } message when EventData.Versions.ContainsKey(type):
                _log.Take(type, message.ExtendedData, message.ExtendedMetadata, message);
                break;
            default:
                _log.Take(logged);
                break;
        }
    }
}
