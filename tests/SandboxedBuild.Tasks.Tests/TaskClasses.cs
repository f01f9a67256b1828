using System.Reflection;
using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What all tasks have in common.</summary>
internal sealed class TaskClasses
{
    private const string Attribute = "Microsoft.Build.Framework.MSBuildMultiThreadableTaskAttribute";

    private static readonly Type[] All = [.. typeof(SandboxedExec).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && typeof(ITask).IsAssignableFrom(type))];

    [Test]
    public void They_are_the_documented_ones() => Assert.That(All.Select(type => type.Name), Is.EquivalentTo(
        ["Exec", "OverlayCommit", "OverlayCreate", "OverlayRollback", "RecordSandboxFileWrites", "RegisterSandboxSettings", "SandboxedExec"]));

    // MSBuild looks for the attribute on the class itself; a task without it runs in another process, where events are lost.
    [Test]
    public void They_run_in_process_under_mt() => Assert.That(
        All.Where(type => !type.GetCustomAttributesData().Any(attribute => attribute.AttributeType.FullName == Attribute)),
        Is.Empty);

    [Test]
    public void Their_parameters_are_of_types_that_a_project_can_give()
    {
        Type[] usable = [typeof(string), typeof(bool), typeof(int), typeof(ITaskItem), typeof(string[]), typeof(ITaskItem[])];
        var parameters = All.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(property => property.SetMethod is { IsPublic: true } && property.Name != nameof(IMultiThreadableTask.TaskEnvironment));
        Assert.That(parameters.Where(property => !usable.Contains(property.PropertyType)), Is.Empty);
    }
}
