using System.Collections.Concurrent;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Tasks;

/// <summary>The files that a project's steps committed in this build, for <see cref="RecordSandboxFileWrites"/>.</summary>
internal static class CommittedFiles
{
    public static void Add(IBuildEngine engine, string projectDirectory, IEnumerable<Change> changes)
    {
        var files = changes
            .Where(static change => change.Type != EntryType.Directory && change.Kind is ChangeKind.Added or ChangeKind.Modified or ChangeKind.Renamed)
            .Select(ChangeItems.FullPath)
            .ToList();
        if (files.Count == 0)
        {
            return;
        }

        var services = (IBuildEngine4)engine;
        var all = Registered(engine, projectDirectory) ?? new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        files.ForEach(file => all[file] = true);
        services.RegisterTaskObject(Key(projectDirectory), all, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
    }

    public static IEnumerable<string> Of(IBuildEngine engine, string projectDirectory) => Registered(engine, projectDirectory)?.Keys ?? [];

    private static ConcurrentDictionary<string, bool>? Registered(IBuildEngine engine, string projectDirectory) =>
        (ConcurrentDictionary<string, bool>?)((IBuildEngine4)engine).GetRegisteredTaskObject(Key(projectDirectory), RegisteredTaskObjectLifetime.Build);

    private static string Key(string projectDirectory) => "SandboxedBuild.CommittedFiles\n" + projectDirectory;
}
