import type { JsonSchema } from '../../params/schema';
import type { Html } from './html';
import { html, prose } from './html';

/** A schema in words. */
export function typeOf(schema: JsonSchema): string {
  const { $ref, type, anyOf, allOf, items, format } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if (allOf !== undefined) return allOf.slice(0, 1).map(typeOf).join('');
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema['const'] !== undefined) return `always ${JSON.stringify(schema['const'])}`;
  if (items !== undefined) return `array of ${typeOf(items)}`;
  if (type === undefined) return 'any JSON';
  if (typeof type !== 'string') return type.join(' or ');
  return `${type}${format === undefined ? '' : `, ${format}`}${bounds(schema)}`;
}

function bounds({ minimum, maximum, minLength, maxLength }: JsonSchema): string {
  const [least, most] = [minimum ?? minLength, maximum ?? maxLength];
  if (least === undefined) return '';
  if (most === undefined) return `, at least ${least}`;
  return `, ${least} to ${most}${minLength === undefined ? '' : ' characters'}`;
}

/** The members of an object, those of its members inside; of another type nothing. */
export function members(schema: JsonSchema): Html | null {
  const { properties, required = [] } = schema.items ?? schema;
  if (properties === undefined) return null;
  return html`<dl>
    ${Object.entries(properties).map(([name, member]) =>
      term(name, member, required.includes(name), members(member)),
    )}
  </dl>`;
}

export const term = (
  name: string,
  schema: JsonSchema,
  isRequired: boolean,
  inside: Html | null = null,
): Html => html`
  <dt>
    <code>${name}</code>
    <span class="quiet"
      >${typeOf(schema)}${isRequired ? '' : ', may be left out'}${byDefault(schema)}</span
    >
  </dt>
  <dd>${prose(schema.description ?? '')}${inside}</dd>
`;

const byDefault = (schema: JsonSchema): string =>
  schema['default'] === undefined ? '' : `, ${JSON.stringify(schema['default'])} by default`;
