using System.Collections.Concurrent;
using Microsoft.Build.Framework;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Hands a project's settings from <see cref="RegisterSandboxSettings"/>, which runs before all else in it, to the tasks that need
/// them. A task cannot read the project's properties, and is not told its project's file either: what it knows of its project are the
/// directory, the global properties, and the file that its own element stands in.
/// </summary>
internal static class ProjectSettings
{
    public static void Register(IBuildEngine engine, string projectDirectory, string projectFile, SandboxSettings settings)
    {
        var services = (IBuildEngine4)engine;
        var table = Table(engine, projectDirectory) ?? new ConcurrentDictionary<string, SandboxSettings>(StringComparer.Ordinal);
        table[projectFile] = settings;
        services.RegisterTaskObject(Key(engine, projectDirectory), table, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
    }

    /// <summary>The settings of the project that a task runs in.</summary>
    /// <exception cref="SandboxException">Several projects of one directory have settings of their own, and the task is in none of their files.</exception>
    public static SandboxSettings For(IBuildEngine engine, string projectDirectory)
    {
        var table = Table(engine, projectDirectory);
        if (table is null or { IsEmpty: true })
        {
            return SandboxSettings.Default(RootDiscovery.DefaultFor(projectDirectory, solutionDirectory: null));
        }

        if (table.TryGetValue(engine.ProjectFileOfTaskNode ?? string.Empty, out var own))
        {
            return own;
        }

        var different = table.Values.DistinctBy(static settings => settings.Fingerprint, StringComparer.Ordinal).ToList();
        return different.Count == 1 ? different[0] : throw new SandboxException(TaskDiagnostics.AmbiguousSettings(projectDirectory, table.Keys));
    }

    private static ConcurrentDictionary<string, SandboxSettings>? Table(IBuildEngine engine, string projectDirectory) =>
        (ConcurrentDictionary<string, SandboxSettings>?)((IBuildEngine4)engine).GetRegisteredTaskObject(Key(engine, projectDirectory), RegisteredTaskObjectLifetime.Build);

    private static string Key(IBuildEngine engine, string projectDirectory)
    {
        var globals = ((IBuildEngine6)engine).GetGlobalProperties().OrderBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(static pair => $"{pair.Key}={pair.Value}");
        return $"SandboxedBuild.Settings\n{projectDirectory}\n{string.Join('\n', globals)}";
    }
}
