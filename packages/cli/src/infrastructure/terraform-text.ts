/** What ids of a template stand for in Terraform. */
export type TerraformReferences = Readonly<Record<string, string>>;

const PSEUDO: TerraformReferences = {
  'AWS::AccountId': 'data.aws_caller_identity.current.account_id',
  'AWS::Partition': 'data.aws_partition.current.partition',
  'AWS::Region': 'data.aws_region.current.region',
  'AWS::URLSuffix': 'data.aws_partition.current.dns_suffix',
};

/** A Terraform expression in a text. */
export function reference(expression: string): string {
  return `\${${expression}}`;
}

/** A text that Terraform takes as it is. */
export function literal(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => `${sign}${sign}`);
}

/** A text with the references of a template, `${AWS::Region}` or `${OrdersFunction}`, in it. */
export function withReferences(text: string, references: TerraformReferences = {}): string {
  return text.replaceAll('%{', '%%{').replace(/\$\{([^}]*)\}/g, (whole, id: string) => {
    const expression = PSEUDO[id] ?? references[id];
    return expression === undefined ? `$${whole}` : reference(expression);
  });
}

/** `orders_table` of `OrdersTable`. */
export function terraformName(id: string): string {
  return id.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}
